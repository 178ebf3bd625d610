//! Facts that were accepted and are kept aside, because they are not as their source's plan has it.
//!
//! Table: `quarantined_facts`. Whoever takes facts out holds [`crate::journal::lock_accept`] and removes exactly those
//! that it read, in the commit that accepts them for good or says that nobody wants them: so each leaves once.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHeldFact {
    pub source_id: String,
    pub at: Instant,
    pub event_type: String,
    pub event: String,
    pub message_id: String,
    /// JSON, without values of the fact.
    pub violations: String,
    /// Names and types of its properties.
    pub shape: String,
    pub payload: Vec<u8>,
}

/// A fact without its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    pub id: i64,
    pub source_id: String,
    pub at: Instant,
    pub event_type: String,
    pub event: String,
    pub message_id: String,
    pub violations: String,
    pub shape: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCountRow {
    pub event_type: String,
    pub event: String,
    pub facts: i64,
    pub first_at: Instant,
    pub last_at: Instant,
}

pub async fn hold(tx: &mut WriteTx<'_>, facts: &[NewHeldFact]) -> Result<()> {
    let touched = exec::bulk(tx, "quarantine.hold", facts, |fact, binder| {
        binder.text(&fact.source_id);
        binder.i64(fact.at.0);
        binder.text(&fact.event_type);
        binder.text(&fact.event);
        binder.text(&fact.message_id);
        binder.text(&fact.violations);
        binder.text(&fact.shape);
        binder.bytes(&fact.payload);
    })
    .await?;
    exec::expect_rows("quarantine.hold", facts.len(), touched)
}

/// Those after that id, the oldest first, of one event (type and name) or of all.
pub async fn list(
    tx: &mut ReadTx<'_>,
    source_id: &str,
    event: Option<(&str, &str)>,
    after_id: i64,
    limit: i64,
) -> Result<Vec<HeldRow>> {
    let mut binds: Vec<Bind> = vec![source_id.into(), after_id.into(), limit.into()];
    match event {
        None => exec::all(tx, "quarantine.list", binds, read).await,
        Some((event_type, event)) => {
            binds.extend([event_type.into(), event.into()]);
            exec::all(tx, "quarantine.list_of_event", binds, read).await
        }
    }
}

pub async fn count_by_event(tx: &mut ReadTx<'_>, source_id: &str) -> Result<Vec<HeldCountRow>> {
    exec::all(tx, "quarantine.count_by_event", vec![source_id.into()], |row| {
        Ok(HeldCountRow {
            event_type: row.text(0)?,
            event: row.text(1)?,
            facts: row.i64(2)?,
            first_at: row.instant(3)?,
            last_at: row.instant(4)?,
        })
    })
    .await
}

/// Ids and payloads of those that are there, the oldest first; each id once.
pub async fn payloads(tx: &mut ReadTx<'_>, source_id: &str, ids: &[i64]) -> Result<Vec<(i64, Vec<u8>)>> {
    let bind = |id: &i64, binder: &mut Binder| binder.i64(*id);
    let mut found =
        exec::lookup(tx, "quarantine.payloads", &[source_id.into()], ids, bind, |row| Ok((row.i64(0)?, row.bytes(1)?)))
            .await?;
    found.sort();
    found.dedup();
    Ok(found)
}

/// Those of all sources after that id, the oldest first: id, source and payload.
pub async fn all_after(tx: &mut ReadTx<'_>, after_id: i64, limit: i64) -> Result<Vec<(i64, String, Vec<u8>)>> {
    let binds = vec![after_id.into(), limit.into()];
    exec::all(tx, "quarantine.all_after", binds, |row| Ok((row.i64(0)?, row.text(1)?, row.bytes(2)?))).await
}

/// Gives a fact that is kept aside another form.
pub async fn replace_payload(tx: &mut WriteTx<'_>, id: i64, payload: &[u8]) -> Result<()> {
    exec::execute_exactly(tx, 1, "quarantine.replace_payload", vec![id.into(), payload.into()]).await
}

/// All of them must be there.
pub async fn remove(tx: &mut WriteTx<'_>, ids: &[i64]) -> Result<()> {
    let touched = exec::bulk(tx, "quarantine.remove", ids, |id, binder| binder.i64(*id)).await?;
    exec::expect_rows("quarantine.remove", ids.len(), touched)
}

fn read(row: &Row<'_>) -> Result<HeldRow> {
    Ok(HeldRow {
        id: row.i64(0)?,
        source_id: row.text(1)?,
        at: row.instant(2)?,
        event_type: row.text(3)?,
        event: row.text(4)?,
        message_id: row.text(5)?,
        violations: row.text(6)?,
        shape: row.text(7)?,
    })
}
