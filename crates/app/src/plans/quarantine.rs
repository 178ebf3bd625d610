//! What is kept aside: listed, released, discarded.
//!
//! One request decides about up to [`DECIDED_MAX`] facts, in one commit; whoever wants more asks again until nothing
//! remains. A fact that is released is accepted in the commit that takes it out: killed anywhere, it is in one place.

use super::error::PlanError;
use super::view::must_exist;
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::audit;
use crate::tracking::{HeldViolation, accept_released, count_discarded, read_held};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_domain::tracking::Accepted;
use perennial_store::quarantine::{self as table, HeldRow};
use perennial_store::{ReadTx, StoreError, journal};
use serde_json::json;

/// Facts of one decision: its commit must not keep the writer from others for long.
pub const DECIDED_MAX: usize = 1_000;

/// A fact that is kept aside, without its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub id: i64,
    pub at: Instant,
    pub event_type: String,
    pub event: String,
    pub message_id: String,
    pub violations: Vec<HeldViolation>,
    /// Names and types of its properties.
    pub shape: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCount {
    pub event_type: String,
    pub event: String,
    pub facts: i64,
    pub first_at: Instant,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPage {
    /// The oldest first.
    pub facts: Vec<Held>,
    /// After which id the next page begins; `None` at the end.
    pub next_after: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldQuery {
    /// Type and name as the list shows them.
    pub event: Option<(String, String)>,
    pub after: Option<i64>,
}

/// Which facts a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Ids(Vec<i64>),
    /// The oldest of this event.
    Event {
        event_type: String,
        event: String,
    },
    /// The oldest.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They go the way of all facts.
    Release,
    /// They go for good.
    Discard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub facts: u64,
    /// Whether more of those that were meant are there.
    pub more: bool,
}

/// Of each event how many are kept aside now.
pub async fn held_facts(app: &App, actor: &Actor, source_id: &str) -> Result<Vec<HeldCount>, PlanError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    let rows = table::count_by_event(&mut tx, source_id).await?;
    let count = |row: table::HeldCountRow| HeldCount {
        event_type: row.event_type,
        event: row.event,
        facts: row.facts,
        first_at: row.first_at,
        last_at: row.last_at,
    };
    Ok(rows.into_iter().map(count).collect())
}

pub async fn held_page(
    app: &App,
    actor: &Actor,
    source_id: &str,
    query: &HeldQuery,
    limit: usize,
) -> Result<HeldPage, PlanError> {
    require(actor, Right::SourcesRead)?;
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    let event = query.event.as_ref().map(|(kind, name)| (kind.as_str(), name.as_str()));
    let mut rows = table::list(&mut tx, source_id, event, query.after.unwrap_or(0), limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_after = if more { rows.last().map(|row| row.id) } else { None };
    let facts = rows.into_iter().map(held_of).collect::<Result<_, _>>()?;
    Ok(HeldPage { facts, next_after })
}

fn held_of(row: HeldRow) -> Result<Held, StoreError> {
    let wrong =
        |_| StoreError::Inconsistency { table: "quarantined_facts", column: "violations", row: row.id.to_string() };
    Ok(Held {
        violations: serde_json::from_str(&row.violations).map_err(wrong)?,
        id: row.id,
        at: row.at,
        event_type: row.event_type,
        event: row.event,
        message_id: row.message_id,
        shape: row.shape,
    })
}

/// Releases or discards. Ids that are not there (any more) are passed over.
pub async fn decide(
    app: &App,
    actor: &Actor,
    source_id: &str,
    which: &Which,
    decision: Decision,
    once: &Once<'_, Decided>,
) -> Result<Decided, PlanError> {
    require(actor, Right::SourcesManage)?;
    if let Which::Ids(ids) = which
        && !(1..=DECIDED_MAX).contains(&ids.len())
    {
        return Err(PlanError::OutOfRange { field: "ids", allowed: "1 to 1000 ids" });
    }
    let mut tx = app.store.write().await?;
    once.claim::<PlanError>(app, &mut tx).await?;
    // Nobody else accepts or decides until the commit.
    journal::lock_accept(&mut tx).await?;
    must_exist(&mut tx, source_id).await?;
    let (wanted, more) = meant(&mut tx, source_id, which).await?;
    let (ids, facts) = read_all(&mut tx, source_id, &wanted).await?;
    let decided = Decided { facts: ids.len() as u64, more };
    if !ids.is_empty() {
        table::remove(&mut tx, &ids).await?;
        let action = match decision {
            Decision::Release => {
                accept_released(app, &mut tx, source_id, facts).await?;
                "quarantine.released"
            }
            Decision::Discard => {
                count_discarded(app, &mut tx, source_id, &facts).await?;
                "quarantine.discarded"
            }
        };
        let detail = json!({ "facts": decided.facts, "first_id": ids.first(), "last_id": ids.last() });
        audit::append(app, &mut tx, actor, action, source_id, detail).await?;
    }
    once.keep(&mut tx, &decided).await?;
    tx.commit().await?;
    Ok(decided)
}

async fn meant(tx: &mut ReadTx<'_>, source_id: &str, which: &Which) -> Result<(Vec<i64>, bool), StoreError> {
    let event = match which {
        Which::Ids(ids) => {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            return Ok((ids, false));
        }
        Which::Event { event_type, event } => Some((event_type.as_str(), event.as_str())),
        Which::All => None,
    };
    let rows = table::list(tx, source_id, event, 0, DECIDED_MAX as i64 + 1).await?;
    let ids = rows.iter().take(DECIDED_MAX).map(|row| row.id).collect();
    Ok((ids, rows.len() > DECIDED_MAX))
}

async fn read_all(tx: &mut ReadTx<'_>, source_id: &str, ids: &[i64]) -> Result<(Vec<i64>, Vec<Accepted>), StoreError> {
    let rows = table::payloads(tx, source_id, ids).await?;
    let facts = rows.iter().map(|(id, payload)| read_held(*id, payload)).collect::<Result<_, _>>()?;
    Ok((rows.into_iter().map(|(id, _)| id).collect(), facts))
}

/// Visits what is kept aside of a source, the oldest first, up to `limit`, with the instant at which it came.
pub(super) async fn each_held(
    app: &App,
    source_id: &str,
    limit: usize,
    mut visit: impl FnMut(Instant, &Accepted) + Send,
) -> Result<(), StoreError> {
    let (mut after, mut left) = (0, limit);
    while left > 0 {
        // A transaction for each part: a reader that stays open keeps old pages alive.
        let mut tx = app.store.read().await?;
        let rows = table::list(&mut tx, source_id, None, after, left.min(DECIDED_MAX) as i64).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        left -= rows.len();
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let (found, facts) = read_all(&mut tx, source_id, &ids).await?;
        for (id, fact) in found.iter().zip(&facts) {
            // Both are in the order of their ids.
            if let Ok(place) = rows.binary_search_by_key(id, |row| row.id) {
                visit(rows[place].at, fact);
            }
        }
    }
    Ok(())
}
