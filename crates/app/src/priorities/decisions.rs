//! Decisions: which plan a customer gets, and which ones not.

use super::PriorityError;
use super::table::{PriorityLine, current_in_tx};
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::identity::{Whole, whole};
use crate::random::new_id;
use crate::segments::live::{Live, is_in_segments};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::priority::{PriorityEntry, decide};
use perennial_domain::time::Instant;
use perennial_store::priorities::{self as table, DecisionRow};
use perennial_store::{ReadTx, StoreError, customers, journal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of a profile; the oldest go.
pub const DECISIONS_KEPT_MAX: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub id: String,
    pub said: Said,
    /// Of the priorities under which it was made.
    pub table_version: i64,
    pub at: Instant,
    /// Of what was known of the customer.
    pub as_of: Instant,
    pub by: String,
}

/// What a decision says. Stored: later versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// None where the customer was in no stage of the table.
    pub chosen: Option<Candidate>,
    /// They want the chosen plan as well; in the order of the table.
    pub agreeing: Vec<Candidate>,
    pub suppressed: Vec<Candidate>,
}

/// An entry whose stage had the customer, with the names of then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub layer: String,
    pub layer_name: String,
    pub stage: String,
    pub stage_name: String,
    pub plan: String,
}

fn decision_of(row: DecisionRow) -> Result<Decision, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "plan_decisions", column: "decision", row: row.id.clone() };
    Ok(Decision {
        said: serde_json::from_str(&row.decision).map_err(wrong)?,
        id: row.id,
        table_version: row.table_version,
        at: row.at,
        as_of: row.as_of,
        by: row.decided_by,
    })
}

/// The customer with all profiles, where the actor sees them.
async fn seen(tx: &mut ReadTx<'_>, actor: &Actor, customer: CustomerNumber) -> Result<Whole, PriorityError> {
    let whole = whole(tx, customer).await?;
    customers::get(tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(PriorityError::NoCustomer)?;
    Ok(whole)
}

/// Decides by the stages that the customer is in at this instant, and writes it down.
///
/// # Errors
/// [`PriorityError::NoPriorities`], and [`PriorityError::Segment`] where the live index cannot answer yet: then nothing is decided.
pub async fn decide_plan(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    customer: CustomerNumber,
    once: &Once<'_, Decision>,
) -> Result<Decision, PriorityError> {
    require(actor, Right::CustomersWrite)?;
    let mut tx = app.store.read().await?;
    let number = seen(&mut tx, actor, customer).await?.customer;
    let priorities = current_in_tx(&mut tx).await?;
    drop(tx);
    if priorities.lines.is_empty() {
        return Err(PriorityError::NoPriorities);
    }
    let (said, as_of) = said_of(app, live, number, priorities.lines).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<PriorityError>(app, &mut tx).await?;
    // Whoever is erased meanwhile has no decision after that.
    journal::lock_applier(&mut tx).await?;
    let whole = seen(&mut tx, actor, customer).await?;
    let row = DecisionRow {
        id: new_id(app.random.as_ref(), "pld", now),
        part_number: i64::from(whole.customer.0),
        at: now,
        as_of,
        table_version: priorities.version,
        decision: serde_json::to_string(&said).unwrap_or_default(),
        decided_by: actor.name().to_owned(),
    };
    table::add_decision(&mut tx, &row, DECISIONS_KEPT_MAX).await?;
    let decision = decision_of(row)?;
    once.keep(&mut tx, &decision).await?;
    tx.commit().await?;
    Ok(decision)
}

async fn said_of(
    app: &App,
    live: &Arc<Live>,
    customer: CustomerNumber,
    lines: Vec<PriorityLine>,
) -> Result<(Said, Instant), PriorityError> {
    // A stage that is not there any more has nobody.
    let mut names: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut entries: Vec<PriorityEntry> = Vec::new();
    for line in lines {
        let Some(found) = line.names else { continue };
        names.insert(line.entry.stage.clone(), found);
        entries.push(line.entry);
    }
    if entries.is_empty() {
        return Ok((Said { chosen: None, agreeing: Vec::new(), suppressed: Vec::new() }, app.clock.now()));
    }
    let codes: Vec<&str> = entries.iter().map(|entry| entry.stage.as_str()).collect();
    let (is_in, as_of) = is_in_segments(app, live, customer, &codes).await?;
    let is_in: BTreeMap<&str, bool> = codes.into_iter().zip(is_in).collect();
    let choice = decide(&entries, |entry| is_in.get(entry.stage.as_str()).copied().unwrap_or(false));
    let candidate = |entry: &PriorityEntry| {
        let (layer_name, stage_name) = names.get(&entry.stage).cloned().unwrap_or_default();
        let PriorityEntry { layer, stage, plan } = entry.clone();
        Candidate { layer, layer_name, stage, stage_name, plan }
    };
    let said = Said {
        chosen: choice.chosen.map(candidate),
        agreeing: choice.agreeing.into_iter().map(candidate).collect(),
        suppressed: choice.suppressed.into_iter().map(candidate).collect(),
    };
    Ok((said, as_of))
}

/// What was decided for a customer, the newest first, before an instant and id; and before which the next page begins.
pub async fn list_decisions(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    before: Option<(Instant, &str)>,
    limit: usize,
) -> Result<(Vec<Decision>, Option<(Instant, String)>), PriorityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = seen(&mut tx, actor, customer).await?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let mut rows = table::decisions(&mut tx, &parts, before, limit as i64 + 1).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| (row.at, row.id.clone()));
    Ok((rows.into_iter().map(decision_of).collect::<Result<_, _>>()?, next))
}
