//! The audit log: who did what, when.
//!
//! Table: `audit`. Invariants: entries are only ever appended, and triggers refuse everything else, whoever asks; newer
//! entries have greater ids.

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
