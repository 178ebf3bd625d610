//! Numbers without gaps in commit order.
//!
//! Table: `sequences` (the last number given). The row stays locked until the caller's commit, so that numbers
//! become visible in their order and a rolled back reservation leaves no hole.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use std::collections::BTreeMap;

/// Dense numbers of customers; the first is 1.
pub const CUSTOMER_NUMBER: &str = "customer_number";
/// Order in which journal blocks were applied; the first is 1.
pub const APPLIED_SEQUENCE: &str = "applied_sequence";
/// How often customers were merged or parted.
pub const MERGES: &str = "merges";
/// How often segments were made, changed, archived or restored.
pub const SEGMENTS: &str = "segments";
/// Of whom something was changed by other ways than facts.
pub const CUSTOMER_CHANGES: &str = "customer_changes";
/// Who came into segments and left them.
pub const SEGMENT_MOVES: &str = "segment_moves";
/// How often tombstones were written or lifted.
pub const TOMBSTONES: &str = "tombstones";
/// How often somebody withdrew a purpose under which something was collected.
pub const WITHDRAWALS: &str = "withdrawals";

/// The applied block up to which orders have earned by rules; nothing while there never was one.
pub const EARNED_SEQUENCE: &str = "earned_sequence";

/// When scores were worked out the last time, in microseconds; grows with each run.
pub const SCORES: &str = "scores";

/// The applied block that was the last to change what customers bought or gave back: what values and months follow.
pub const PURCHASE_SEQUENCE: &str = "purchase_sequence";

/// Reserves `count` numbers and returns the first of them. With a count of 0: locks the row and says which number
/// comes next.
pub async fn reserve(tx: &mut WriteTx<'_>, name: &str, count: i64) -> Result<i64> {
    assert!(count >= 0, "a sequence never goes back");
    let last = exec::one(tx, "sequences.reserve", vec![name.into(), count.into()], |row| row.i64(0)).await?;
    Ok(last - count + 1)
}

/// From now on, this is the last number.
pub async fn put(tx: &mut WriteTx<'_>, name: &str, value: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "sequences.put", vec![name.into(), value.into()]).await
}

/// The last number given; 0 before the first.
pub async fn current(tx: &mut ReadTx<'_>, name: &str) -> Result<i64> {
    Ok(exec::optional(tx, "sequences.current", vec![name.into()], |row| row.i64(0)).await?.unwrap_or(0))
}

/// The last number of each sequence.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<BTreeMap<String, i64>> {
    let rows = exec::all(tx, "sequences.all", vec![], |row| Ok((row.text(0)?, row.i64(1)?))).await?;
    Ok(rows.into_iter().collect())
}
