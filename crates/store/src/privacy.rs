//! People who were erased: how far that is, and keyed hashes of what they were known by.
//!
//! Tables: `erasures` (one row each; a step is left by [`advance`] only, in one direction), `tombstones`. Invariants: a
//! tombstone holds no text; the sequence `tombstones` grows with each change of them, so that nobody looks for any where
//! there is none. JSON is opaque here.

use crate::database::{Engine, ReadTx, WriteTx};
use crate::error::Result;
use crate::row::{Bind, Binder, Row};
use crate::{exec, sequences};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureRow {
    pub id: String,
    /// `running` or `done`.
    pub state: String,
    /// What is done next; its meaning is the caller's.
    pub step: i64,
    pub customer_number: i64,
    /// JSON: the numbers of the profiles.
    pub parts: String,
    pub reason: String,
    pub requested_by: String,
    pub requested_at: i64,
    pub deadline_at: i64,
    /// JSON: what was erased where, so far.
    pub counts: String,
    /// JSON, with identifiers in clear: gone once it is done.
    pub work: Option<String>,
    /// JSON, once it is done.
    pub receipt: Option<String>,
    pub finished_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TombstoneRow {
    pub identifier_hash: [u8; 32],
    /// The id of the erasure, or of the withdrawal.
    pub cause: String,
    pub erased_at: i64,
    /// Facts from then on are wanted again.
    pub back_since: Option<i64>,
}

pub async fn insert(tx: &mut WriteTx<'_>, row: &ErasureRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.state).into(),
        row.step.into(),
        row.customer_number.into(),
        (&row.parts).into(),
        (&row.reason).into(),
        (&row.requested_by).into(),
        row.requested_at.into(),
        row.deadline_at.into(),
        (&row.counts).into(),
        (&row.work).into(),
    ];
    exec::execute_exactly(tx, 1, "privacy.insert", binds).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<ErasureRow>> {
    exec::optional(tx, "privacy.get", vec![id.into()], read).await
}

/// The newest of a customer that went by this number.
pub async fn of_customer(tx: &mut ReadTx<'_>, number: i64) -> Result<Option<ErasureRow>> {
    exec::optional(tx, "privacy.of_customer", vec![number.into()], read).await
}

/// The newest first; `after` is the id of the last row of the page before.
pub async fn list(tx: &mut ReadTx<'_>, after: Option<&str>, limit: i64) -> Result<Vec<ErasureRow>> {
    match after {
        None => exec::all(tx, "privacy.list", vec![limit.into()], read).await,
        Some(after) => exec::all(tx, "privacy.list_after", vec![limit.into(), after.into()], read).await,
    }
}

/// Those that are not done, the oldest first.
pub async fn unfinished(tx: &mut ReadTx<'_>) -> Result<Vec<ErasureRow>> {
    exec::all(tx, "privacy.unfinished", vec![], read).await
}

/// What is written down of an erasure that goes on.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The step that is left, and the one that comes: the same one where it only has got further.
    pub step: i64,
    pub next_step: i64,
    pub counts: &'a str,
    pub work: &'a str,
}

/// False where somebody else has left that step, and nothing changes then.
pub async fn advance(tx: &mut WriteTx<'_>, id: &str, progress: &Progress<'_>) -> Result<bool> {
    let Progress { step, next_step, counts, work } = *progress;
    let binds: Vec<Bind> = vec![id.into(), step.into(), next_step.into(), counts.into(), work.into()];
    Ok(exec::execute(tx, "privacy.advance", binds).await? == 1)
}

/// The last step: what was in clear goes. False where it is done already.
pub async fn finish(tx: &mut WriteTx<'_>, id: &str, counts: &str, receipt: &str, finished_at: i64) -> Result<bool> {
    let binds: Vec<Bind> = vec![id.into(), counts.into(), receipt.into(), finished_at.into()];
    Ok(exec::execute(tx, "privacy.finish", binds).await? == 1)
}

/// Writes tombstones; one that is there is replaced, also where its person came back. A hash may stand only once.
pub async fn insert_tombstones(tx: &mut WriteTx<'_>, rows: &[TombstoneRow]) -> Result<()> {
    let touched = exec::bulk(tx, "privacy.insert_tombstones", rows, |row, binder| {
        binder.bytes(&row.identifier_hash);
        binder.text(&row.cause);
        binder.i64(row.erased_at);
        binder.opt_i64(row.back_since);
    })
    .await?;
    exec::expect_rows("privacy.insert_tombstones", rows.len(), touched)?;
    sequences::reserve(tx, sequences::TOMBSTONES, 1).await.map(|_| ())
}

/// Those of the hashes that there are, in no particular order.
pub async fn tombstones(tx: &mut ReadTx<'_>, hashes: &[[u8; 32]]) -> Result<Vec<TombstoneRow>> {
    let bind = |hash: &[u8; 32], binder: &mut Binder| binder.bytes(hash);
    exec::join(tx, "privacy.tombstones", hashes, bind, |hash, row| {
        Ok(TombstoneRow {
            identifier_hash: *hash,
            cause: row.text(1)?,
            erased_at: row.i64(2)?,
            back_since: row.opt_i64(3)?,
        })
    })
    .await
}

/// The person of this erasure is back from that instant on; returns how many tombstones that lifts.
pub async fn bring_back(tx: &mut WriteTx<'_>, cause: &str, since: i64) -> Result<u64> {
    let lifted = exec::execute(tx, "privacy.bring_back", vec![cause.into(), since.into()]).await?;
    if lifted > 0 {
        sequences::reserve(tx, sequences::TOMBSTONES, 1).await?;
    }
    Ok(lifted)
}

/// How many tombstones an erasure left, and since when its person is back.
pub async fn tombstones_of(tx: &mut ReadTx<'_>, cause: &str) -> Result<(i64, Option<i64>)> {
    exec::one(tx, "privacy.tombstones_of", vec![cause.into()], |row| Ok((row.i64(0)?, row.opt_i64(1)?))).await
}

/// Whether rows that are removed in this transaction are overwritten on disk, and not only given free. On PostgreSQL rows
/// go with its own clean-up.
pub async fn overwrite_deleted(tx: &mut WriteTx<'_>, overwrite: bool) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            let text = format!("PRAGMA secure_delete = {}", if overwrite { "ON" } else { "OFF" });
            exec::schema_change(tx, text).await
        }
        Engine::Postgres => Ok(()),
    }
}

fn read(row: &Row<'_>) -> Result<ErasureRow> {
    Ok(ErasureRow {
        id: row.text(0)?,
        state: row.text(1)?,
        step: row.i64(2)?,
        customer_number: row.i64(3)?,
        parts: row.text(4)?,
        reason: row.text(5)?,
        requested_by: row.text(6)?,
        requested_at: row.i64(7)?,
        deadline_at: row.i64(8)?,
        counts: row.text(9)?,
        work: row.opt_text(10)?,
        receipt: row.opt_text(11)?,
        finished_at: row.opt_i64(12)?,
    })
}
