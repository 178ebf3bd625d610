//! The audit log: who changed or took out what, and when.
//!
//! Table: `audit`. Invariants: an entry is written in the transaction of the change that it tells of; an
//! entry is never changed, which the store's triggers see to; it names ids, never mail addresses, secrets or customers'
//! data. What is refused changes nothing and has no entry, but for files and pulls: who was refused them is written down.

use crate::App;
use crate::access::{Actor, Forbidden, require};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_store::audit::{self as table, AuditRow, NewAuditEntry};
use perennial_store::{StoreError, WriteTx};
use serde_json::{Map, Value};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum AuditError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    pub id: i64,
    pub at: Instant,
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    /// Dotted, the thing first: `user.created`, `settings.updated`, `customers.exported`.
    pub action: String,
    /// The id of what was changed.
    pub subject: String,
    pub detail: Map<String, Value>,
}

/// Appends an entry to the transaction of the change.
pub async fn append(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: Value,
) -> Result<(), StoreError> {
    let entry = NewAuditEntry {
        at: app.clock.now(),
        actor_kind: actor.kind().to_owned(),
        actor_id: actor.id().to_owned(),
        actor_name: actor.name().to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
    };
    table::append(tx, &entry).await
}

/// Writes down that customers' data were refused to whom the right is missing. `detail` says what was asked for, in the
/// program's words: what stands for a route's parameters was somebody's to choose.
pub async fn note_refused(app: &App, actor: &Actor, right: Right, mut detail: Value) -> Result<(), StoreError> {
    detail["right"] = right.code().into();
    let mut tx = app.store.write().await?;
    append(app, &mut tx, actor, "customers.export_refused", "customers", detail).await?;
    tx.commit().await
}

/// Entries, the newest first, and the id after which the next page starts; `before` is that id.
pub async fn list(
    app: &App,
    actor: &Actor,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<AuditEntry>, Option<i64>), AuditError> {
    require(actor, Right::AuditRead)?;
    let mut tx = app.store.read().await?;
    let mut rows = table::list(&mut tx, before, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| row.id) } else { None };
    Ok((rows.into_iter().map(from_row).collect(), next))
}

fn from_row(row: AuditRow) -> AuditEntry {
    let detail = match serde_json::from_str(&row.detail) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    AuditEntry {
        id: row.id,
        at: row.at,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        action: row.action,
        subject: row.subject,
        detail,
    }
}
