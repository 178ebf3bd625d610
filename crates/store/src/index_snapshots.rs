//! Which files may be read that the live index was written into. Table: `index_snapshots`.
//!
//! Callers may rely on: a token that was voided, here or by going back to an older state of the database, does not stand again.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

/// A file is begun. Those that were begun before `forgotten` stand no longer.
pub async fn begin(tx: &mut WriteTx<'_>, token: &str, at: Instant, forgotten: Instant) -> Result<()> {
    exec::execute(tx, "index_snapshots.forget", vec![forgotten.into()]).await?;
    exec::execute(tx, "index_snapshots.begin", vec![token.into(), at.into()]).await.map(drop)
}

/// The file is whole, and goes up to that sequence of applied blocks. False where it was voided meanwhile.
pub async fn finish(tx: &mut WriteTx<'_>, token: &str, sequence: i64) -> Result<bool> {
    Ok(exec::execute(tx, "index_snapshots.finish", vec![token.into(), sequence.into()]).await? == 1)
}

/// Up to where a whole file goes; `None` where it does not stand.
pub async fn sequence_of(tx: &mut ReadTx<'_>, token: &str) -> Result<Option<i64>> {
    exec::optional(tx, "index_snapshots.sequence_of", vec![token.into()], |row| row.i64(0)).await
}

/// No file stands any more, not those either that are being written.
pub async fn void(tx: &mut WriteTx<'_>) -> Result<u64> {
    exec::execute(tx, "index_snapshots.void", vec![]).await
}
