//! The durable queue of accepted facts, and the numbered facts that history has not yet taken over.
//!
//! Table: `journal`. A block is `accepted`, then `applied` with the next number of `applied_sequence`, then
//! removed when history has it. Invariants: positions become visible in their order, on PostgreSQL too; a block is
//! applied once (marking it again is an error); applied numbers have no gaps in commit order. A block key is known
//! as long as its row is there, and no longer: after the hand-over, it is up to the sender not to send again what
//! it noted in the commit that accepted it.
//!
//! One applier at a time: call [`lock_applier`] first in its transaction.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::{exec, sequences};

/// Whoever accepts locks this row until the commit, as nobody needs to on SQLite: positions are given when a row is
/// written, and an applier must not see a later one before an earlier one.
const ACCEPT_ORDER: &str = "journal_position";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    pub position: i64,
    pub block_key: String,
    pub payload: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedRow {
    pub sequence: i64,
    pub payload: Vec<u8>,
    /// What became of the facts of the payload. Rows of earlier versions have none: their payload says it.
    pub told: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JournalCounts {
    pub accepted_blocks: i64,
    pub accepted_facts: i64,
    /// Applied, and not yet removed because history has them.
    pub applied_facts: i64,
    /// Accepted blocks whose apply failed at least once.
    pub failing: i64,
}

/// Makes this transaction the only one that accepts until its end: for whoever must know what was accepted before.
pub async fn lock_accept(tx: &mut WriteTx<'_>) -> Result<()> {
    sequences::reserve(tx, ACCEPT_ORDER, 0).await.map(|_| ())
}

/// `false` where a block with this key is there already: nothing changes then. Others who accept wait for the commit.
pub async fn accept(tx: &mut WriteTx<'_>, block_key: &str, facts: i64, payload: &[u8], at: i64) -> Result<bool> {
    lock_accept(tx).await?;
    let binds = vec![block_key.into(), facts.into(), payload.into(), at.into()];
    Ok(exec::execute(tx, "journal.accept", binds).await? == 1)
}

/// Makes this transaction the only applier until its end.
pub async fn lock_applier(tx: &mut WriteTx<'_>) -> Result<()> {
    exec::one(tx, "journal.lock_applier", vec![], |row| row.i64(0)).await.map(|_| ())
}

/// The oldest accepted blocks. Call [`lock_applier`] before: nothing else keeps others from taking the same.
pub async fn next_accepted(tx: &mut WriteTx<'_>, limit: i64) -> Result<Vec<JournalRow>> {
    exec::all(tx, "journal.next_accepted", vec![limit.into()], |row| {
        Ok(JournalRow { position: row.i64(0)?, block_key: row.text(1)?, payload: row.bytes(2)? })
    })
    .await
}

/// `told` says what became of the facts of the payload.
pub async fn mark_applied(tx: &mut WriteTx<'_>, position: i64, sequence: i64, told: &[u8]) -> Result<()> {
    exec::execute_exactly(tx, 1, "journal.mark_applied", vec![position.into(), sequence.into(), told.into()]).await
}

pub async fn note_failure(tx: &mut WriteTx<'_>, position: i64, error: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "journal.note_failure", vec![position.into(), error.into()]).await
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
        })
    })
    .await
}
