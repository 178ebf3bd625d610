//! The audit log: who did what, when.
//!
//! Tables: `audit`; `counted_refusals`, what is counted until its entry is appended. Invariants: entries are only ever
//! appended, and triggers refuse everything else, whoever asks; newer entries have greater ids.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditEntry {
    pub at: Instant,
    /// `user`, `token` or `system`.
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub action: String,
    pub subject: String,
    /// A JSON object.
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub id: i64,
    pub at: Instant,
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
}

pub async fn append(tx: &mut WriteTx<'_>, entry: &NewAuditEntry) -> Result<()> {
    let binds = vec![
        entry.at.into(),
        (&entry.actor_kind).into(),
        (&entry.actor_id).into(),
        (&entry.actor_name).into(),
        (&entry.action).into(),
        (&entry.subject).into(),
        (&entry.detail).into(),
    ];
    exec::execute_exactly(tx, 1, "audit.append", binds).await
}

/// Who was refused what, and how many times more since the entry that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalsRow {
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub reason: String,
    /// When counting began.
    pub since: Instant,
    pub more: i64,
}

/// From now on they are counted; false where they are already.
pub async fn begin_refusals(tx: &mut WriteTx<'_>, row: &RefusalsRow) -> Result<bool> {
    let RefusalsRow { actor_kind, actor_id, actor_name, reason, since, more } = row;
    let binds =
        vec![actor_kind.into(), actor_id.into(), actor_name.into(), reason.into(), (*since).into(), (*more).into()];
    Ok(exec::execute(tx, "audit.begin_refusals", binds).await? == 1)
}

/// One more of this person and reason; false where they are not counted.
pub async fn count_refusal(tx: &mut WriteTx<'_>, (kind, id): (&str, &str), reason: &str) -> Result<bool> {
    let binds = vec![kind.into(), id.into(), reason.into()];
    Ok(exec::execute(tx, "audit.count_refusal", binds).await? == 1)
}

/// Those whose counting began at this instant or before, the oldest first.
pub async fn refusals_until(tx: &mut ReadTx<'_>, until: Instant) -> Result<Vec<RefusalsRow>> {
    exec::all(tx, "audit.refusals_until", vec![until.into()], |row| {
        Ok(RefusalsRow {
            actor_kind: row.text(0)?,
            actor_id: row.text(1)?,
            actor_name: row.text(2)?,
            reason: row.text(3)?,
            since: row.instant(4)?,
            more: row.i64(5)?,
        })
    })
    .await
}

/// They are counted no more; false where the row is not as it was read.
pub async fn end_refusals(tx: &mut WriteTx<'_>, row: &RefusalsRow) -> Result<bool> {
    let RefusalsRow { actor_kind, actor_id, actor_name: _, reason, since, more } = row;
    let binds = vec![actor_kind.into(), actor_id.into(), reason.into(), (*since).into(), (*more).into()];
    Ok(exec::execute(tx, "audit.end_refusals", binds).await? == 1)
}

/// Newest first; `before` is the id of the last entry of the page before.
pub async fn list(tx: &mut ReadTx<'_>, before: Option<i64>, limit: i64) -> Result<Vec<AuditRow>> {
    let binds = vec![before.unwrap_or(i64::MAX).into(), limit.into()];
    exec::all(tx, "audit.list", binds, read).await
}

fn read(row: &Row<'_>) -> Result<AuditRow> {
    Ok(AuditRow {
        id: row.i64(0)?,
        at: row.instant(1)?,
        actor_kind: row.text(2)?,
        actor_id: row.text(3)?,
        actor_name: row.text(4)?,
        action: row.text(5)?,
        subject: row.text(6)?,
        detail: row.text(7)?,
    })
}
