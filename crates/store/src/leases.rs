//! What one process at a time does. Table: `leases`.
//!
//! Invariants: of a name there is one holder, until its time has run out; the row stays locked until the caller's commit, so
//! that what is written beside it is written by the holder.

use crate::database::WriteTx;
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

/// Takes or prolongs it, and returns its fence: as long as that is the same, nobody else had it between. `None` where somebody
/// else has it.
pub async fn take(tx: &mut WriteTx<'_>, name: &str, holder: &str, now: Instant, until: Instant) -> Result<Option<i64>> {
    let binds = vec![name.into(), holder.into(), now.into(), until.into()];
    exec::optional(tx, "leases.take", binds, |row| row.i64(0)).await
}

/// From now on somebody else may take it. Nothing, where somebody has.
pub async fn give_back(tx: &mut WriteTx<'_>, name: &str, holder: &str) -> Result<()> {
    exec::execute(tx, "leases.give_back", vec![name.into(), holder.into()]).await.map(drop)
}
