//! What one process at a time does. Table: `leases`.
//!
//! Invariants: of a name there is one holder, until its time has run out; the row stays locked until the caller's commit, so
//! that what is written beside it is written by the holder.

use crate::database::WriteTx;
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

/// Takes or prolongs it; false where somebody else has it.
pub async fn take(tx: &mut WriteTx<'_>, name: &str, holder: &str, now: Instant, until: Instant) -> Result<bool> {
    let binds = vec![name.into(), holder.into(), now.into(), until.into()];
    Ok(exec::execute(tx, "leases.take", binds).await? == 1)
}

/// From now on somebody else may take it. Nothing, where somebody has.
pub async fn give_back(tx: &mut WriteTx<'_>, name: &str, holder: &str) -> Result<()> {
    exec::execute(tx, "leases.give_back", vec![name.into(), holder.into()]).await.map(drop)
}
