//! The durable queue of accepted facts, and the numbered facts that history has not yet taken over.
//!
//! Table: `journal`. A block is `accepted`, then `applied` with the next number of `applied_sequence`, then
//! removed when history has it. One whose apply failed often enough is `set_aside`: it stays, keeps its position, and
//! those behind it go on, until [`try_again`] makes it `accepted` once more. Invariants: positions become visible in
//! their order, on PostgreSQL too; a block is applied once (marking it again is an error); applied numbers have no
//! gaps in commit order. A block key is known as long as its row is there, and no longer: after the hand-over, it is
//! up to the sender not to send again what it noted in the commit that accepted it.
//!
//! One applier at a time: call [`lock_applier`] first in its transaction.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::row::Row;
use crate::{exec, sequences};

/// Whoever accepts locks this row until the commit, as nobody needs to on SQLite: positions are given when a row is
/// written, and an applier must not see a later one before an earlier one.
const ACCEPT_ORDER: &str = "journal_position";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    pub position: i64,
    pub block_key: String,
    /// Whoever is to know when it cannot be applied.
    pub import_id: Option<String>,
    pub facts: i64,
    pub payload: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedRow {
    pub sequence: i64,
    pub payload: Vec<u8>,
    /// What became of the facts of the payload. Rows of earlier versions have none: their payload says it.
    pub told: Option<Vec<u8>>,
}

/// What is to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct NewBlock<'a> {
    pub key: &'a str,
    pub import_id: Option<&'a str>,
    pub facts: i64,
    pub payload: &'a [u8],
}

/// What became of a block whose failure was noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    WaitsAgain,
    SetAside,
    /// Somebody else has applied it, or set it aside: nothing was noted.
    Elsewhere,
}

/// A block that stands aside, without its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub block_key: String,
    pub import_id: Option<String>,
    pub facts: i64,
    /// Why it could not be applied the last time.
    pub last_error: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalCounts {
    pub accepted_blocks: i64,
    pub accepted_facts: i64,
    /// Applied, and not yet removed because history has them.
    pub applied_facts: i64,
    /// Accepted blocks whose apply failed at least once.
    pub failing: i64,
    pub set_aside_blocks: i64,
    pub set_aside_facts: i64,
}

/// Makes this transaction the only one that accepts until its end: for whoever must know what was accepted before.
pub async fn lock_accept(tx: &mut WriteTx<'_>) -> Result<()> {
    sequences::reserve(tx, ACCEPT_ORDER, 0).await.map(|_| ())
}

/// `false` where a block with this key is there already: nothing changes then. Others who accept wait for the commit.
pub async fn accept(tx: &mut WriteTx<'_>, block: &NewBlock<'_>, at: i64) -> Result<bool> {
    lock_accept(tx).await?;
    let binds = vec![block.key.into(), block.import_id.into(), block.facts.into(), block.payload.into(), at.into()];
    Ok(exec::execute(tx, "journal.accept", binds).await? == 1)
}

/// Makes this transaction the only applier until its end.
pub async fn lock_applier(tx: &mut WriteTx<'_>) -> Result<()> {
    exec::one(tx, "journal.lock_applier", vec![], |row| row.i64(0)).await.map(|_| ())
}

/// The oldest accepted blocks. Whoever applies them calls [`lock_applier`] before: nothing else keeps others from taking the
/// same.
pub async fn next_accepted(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<JournalRow>> {
    exec::all(tx, "journal.next_accepted", vec![limit.into()], read_block).await
}

fn read_block(row: &Row<'_>) -> Result<JournalRow> {
    Ok(JournalRow {
        position: row.i64(0)?,
        block_key: row.text(1)?,
        import_id: row.opt_text(2)?,
        facts: row.i64(3)?,
        payload: row.bytes(4)?,
    })
}

/// `told` says what became of the facts of the payload.
pub async fn mark_applied(tx: &mut WriteTx<'_>, position: i64, sequence: i64, told: &[u8]) -> Result<()> {
    exec::execute_exactly(tx, 1, "journal.mark_applied", vec![position.into(), sequence.into(), told.into()]).await
}

/// Keeps the reason, and sets the block aside at its `tries_max`-th failure. Call [`lock_applier`] before.
pub async fn note_failure(tx: &mut WriteTx<'_>, position: i64, error: &str, tries_max: i64) -> Result<AfterFailure> {
    let binds = vec![position.into(), error.into(), tries_max.into()];
    let state = exec::optional(tx, "journal.note_failure", binds, |row| row.text(0)).await?;
    Ok(match state.as_deref() {
        Some("set_aside") => AfterFailure::SetAside,
        Some(_) => AfterFailure::WaitsAgain,
        None => AfterFailure::Elsewhere,
    })
}

/// The oldest blocks that stand aside.
pub async fn set_aside(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<SetAside>> {
    exec::all(tx, "journal.set_aside", vec![limit.into()], |row| {
        Ok(SetAside {
            block_key: row.text(0)?,
            import_id: row.opt_text(1)?,
            facts: row.i64(2)?,
            last_error: row.text(3)?,
        })
    })
    .await
}

/// Blocks that stand aside, by position, with their facts; `after` is the position of the last one before.
pub async fn set_aside_blocks(tx: &mut ReadTx<'_>, after: i64, limit: i64) -> Result<Vec<JournalRow>> {
    exec::all(tx, "journal.set_aside_blocks", vec![after.into(), limit.into()], read_block).await
}

/// Gives a block that stands aside other facts. Call [`lock_applier`] before.
pub async fn replace_set_aside(tx: &mut WriteTx<'_>, position: i64, facts: i64, payload: &[u8]) -> Result<()> {
    let binds = vec![position.into(), facts.into(), payload.into()];
    exec::execute_exactly(tx, 1, "journal.replace_set_aside", binds).await
}

/// Imports that have a block aside.
pub async fn imports_set_aside(tx: &mut ReadTx<'_>) -> Result<Vec<String>> {
    exec::all(tx, "journal.imports_set_aside", vec![], |row| row.text(0)).await
}

/// What was set aside of this import, or of everybody, is accepted once more, in its old place; returns how many
/// blocks.
pub async fn try_again(tx: &mut WriteTx<'_>, import_id: Option<&str>) -> Result<u64> {
    exec::execute(tx, "journal.try_again", vec![import_id.into()]).await
}

/// Applied blocks after that number, in order.
pub async fn applied(tx: &mut ReadTx<'_>, after_sequence: i64, limit: i64) -> Result<Vec<AppliedRow>> {
    let binds = vec![after_sequence.into(), limit.into()];
    exec::all(tx, "journal.applied", binds, |row| {
        Ok(AppliedRow { sequence: row.i64(0)?, payload: row.bytes(1)?, told: row.opt_bytes(2)? })
    })
    .await
}

/// Facts of applied blocks that are still here, and the instant when the oldest of those was accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingForHistory {
    pub facts: i64,
    pub oldest_accepted_at: Option<i64>,
}

pub async fn waiting_for_history(tx: &mut ReadTx<'_>) -> Result<WaitingForHistory> {
    exec::one(tx, "journal.waiting_for_history", vec![], |row| {
        Ok(WaitingForHistory { facts: row.i64(0)?, oldest_accepted_at: row.opt_i64(1)? })
    })
    .await
}

/// The number of the oldest applied block that is still here.
pub async fn first_applied(tx: &mut ReadTx<'_>) -> Result<Option<i64>> {
    exec::one(tx, "journal.first_applied", vec![], |row| row.opt_i64(0)).await
}

/// How many blocks were removed. None is an answer too: a repeated hand-over finds them gone.
pub async fn remove_applied_up_to(tx: &mut WriteTx<'_>, sequence: i64) -> Result<u64> {
    exec::execute(tx, "journal.remove_applied_up_to", vec![sequence.into()]).await
}

pub async fn counts(tx: &mut ReadTx<'_>) -> Result<JournalCounts> {
    exec::one(tx, "journal.counts", vec![], |row| {
        Ok(JournalCounts {
            accepted_blocks: row.i64(0)?,
            accepted_facts: row.i64(1)?,
            applied_facts: row.i64(2)?,
            failing: row.i64(3)?,
            set_aside_blocks: row.i64(4)?,
            set_aside_facts: row.i64(5)?,
        })
    })
    .await
}
