//! The audit log: who changed or took out what, and when.
//!
//! Tables: `audit`; `counted_refusals`. Invariants: an entry is written in the transaction of the change that it tells of; an
//! entry is never changed, which the store's triggers see to; it names ids, never mail addresses, secrets or customers'
//! data. What is refused changes nothing and has no entry, but for files and pulls: who was refused them is written down, of
//! one person and reason once a minute, and how often it was beyond that a minute later ([`write_counted_refusals`]): so
//! nobody can fill the log. What the counted ones had asked for is not kept.

use crate::App;
use crate::access::{Actor, Forbidden, require};
use perennial_domain::access::Right;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::audit::{self as table, AuditRow, NewAuditEntry, RefusalsRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::{Map, Value, json};
use thiserror::Error;

const REFUSED: &str = "customers.export_refused";
const OF_CUSTOMERS: &str = "customers";
/// Of one person and reason.
const REFUSAL_EVERY_MICROS: i64 = 60 * MICROS_PER_SECOND;

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

/// Writes down that customers' data were refused to whom the right is missing, or counts it where the last minute has an
/// entry of the same person and reason. `detail` says what was asked for, in the program's words: what stands for a route's
/// parameters was somebody's to choose.
pub async fn note_refused(app: &App, actor: &Actor, right: Right, mut detail: Value) -> Result<(), StoreError> {
    detail["right"] = right.code().into();
    let mut reason = json!({ "right": right.code() });
    if let Some(route) = detail.get("route") {
        reason["route"] = route.clone();
    }
    let row = RefusalsRow {
        actor_kind: actor.kind().to_owned(),
        actor_id: actor.id().to_owned(),
        actor_name: actor.name().to_owned(),
        reason: reason.to_string(),
        since: app.clock.now(),
        more: 0,
    };
    let mut tx = app.store.write().await?;
    write_counted(&mut tx, row.since).await?;
    let is_counted = !table::begin_refusals(&mut tx, &row).await?
        && table::count_refusal(&mut tx, (&row.actor_kind, &row.actor_id), &row.reason).await?;
    if !is_counted {
        append(app, &mut tx, actor, REFUSED, OF_CUSTOMERS, detail).await?;
    }
    tx.commit().await
}

/// Writes down how often people were refused something beyond the entry that says so, once that is a minute old.
pub async fn write_counted_refusals(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    if table::refusals_until(&mut app.store.read().await?, counted_until(now)).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.store.write().await?;
    write_counted(&mut tx, now).await?;
    tx.commit().await
}

fn counted_until(now: Instant) -> Instant {
    Instant(now.0 - REFUSAL_EVERY_MICROS)
}

async fn write_counted(tx: &mut WriteTx<'_>, now: Instant) -> Result<(), StoreError> {
    for row in table::refusals_until(tx, counted_until(now)).await? {
        // Another process may have done so meanwhile.
        if !table::end_refusals(tx, &row).await? || row.more == 0 {
            continue;
        }
        let mut detail: Value = serde_json::from_str(&row.reason).unwrap_or_else(|_| json!({}));
        detail["more"] = row.more.into();
        detail["since"] = row.since.rfc3339().into();
        let entry = NewAuditEntry {
            at: now,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            action: REFUSED.to_owned(),
            subject: OF_CUSTOMERS.to_owned(),
            detail: detail.to_string(),
        };
        table::append(tx, &entry).await?;
    }
    Ok(())
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
