//! Of whom something was changed by other ways than facts: what the live index follows beside the journal.
//!
//! Table: `customer_changes`, in the order of commits: positions are taken from a sequence whose row stays locked until the
//! commit. Rows that everybody has followed may go.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::sequences::{self, CUSTOMER_CHANGES};

/// Profiles or customers.
pub async fn add(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    let first = sequences::reserve(tx, CUSTOMER_CHANGES, i64::try_from(numbers.len()).unwrap_or(i64::MAX)).await?;
    let rows: Vec<(i64, i64)> = (first..).zip(numbers.iter().copied()).collect();
    let touched = exec::bulk(tx, "customer_changes.add", &rows, |(position, number), binder| {
        binder.i64(*position);
        binder.i64(*number);
    })
    .await?;
    exec::expect_rows("customer_changes.add", rows.len(), touched)
}

/// Positions and numbers, ascending.
pub async fn after(tx: &mut ReadTx<'_>, position: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    exec::all(tx, "customer_changes.after", vec![position.into(), limit.into()], |row| Ok((row.i64(0)?, row.i64(1)?)))
        .await
}

/// The last position; 0 before the first.
pub async fn last(tx: &mut ReadTx<'_>) -> Result<i64> {
    sequences::current(tx, CUSTOMER_CHANGES).await
}

/// Returns how many there were up to that position.
pub async fn remove_up_to(tx: &mut WriteTx<'_>, position: i64) -> Result<u64> {
    exec::execute(tx, "customer_changes.remove_up_to", vec![position.into()]).await
}
