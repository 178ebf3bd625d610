//! Who meets a rule, from the history and the store alone: for a process that is started for one question, and as of any
//! instant.
//!
//! Nothing is kept and nothing is followed. The answer is that of the live index at the same instant; as of an instant in the
//! past facts that are later play no part, and what is known beside facts is what is believed now.

use super::catalogue::catalogue_in_tx;
use super::error::SegmentError;
use super::known::{Known, Registry, for_everybody};
use super::read::usable;
use super::register::segments_in_tx;
use super::Asked;
use crate::App;
use crate::access::{Actor, require};
use crate::pipeline::waiting_blocks;
use perennial_domain::access::Right;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::Rule;
use perennial_domain::rules::oracle::{History, Thresholds};
use perennial_domain::time::Instant;
use perennial_history::{HistorySnapshot, Plan, PlanError, Standpoint};
use perennial_store::{Scope, StoreError, customers, parts};
use std::collections::{BTreeMap, HashMap};

/// How often history may take in what was read from the journal meanwhile.
const TRIES_MAX: usize = 5;
/// Buckets that are read beside each other.
const THREADS: usize = 2;

/// Whom a rule means.
#[derive(Clone, Debug, PartialEq)]
pub struct Meant {
    pub rule: Rule,
    /// Ascending; those whom the actor sees.
    pub customers: Vec<CustomerNumber>,
    /// Of how many.
    pub everybody: u64,
    /// The instant that the answer is of.
    pub as_of: Instant,
}

/// Looks through all facts that the rule needs. `as_of` is now where none is named.
pub async fn who_over_history(
    app: &App,
    actor: &Actor,
    asked: &Asked,
    as_of: Option<Instant>,
) -> Result<Meant, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let registry = Registry::load(&mut tx).await?;
    let segments: BTreeMap<String, Rule> =
        segments_in_tx(&mut tx).await?.into_iter().map(|one| (one.code, one.newest.rule)).collect();
    drop(tx);
    let rule = match asked {
        Asked::Rule(told) => usable(told, &catalogue)?,
        Asked::Segment(code) => segments.get(code).cloned().ok_or(SegmentError::NoSegment)?,
    };
    let as_of = as_of.unwrap_or_else(|| app.clock.now());
    let zone = registry.zone.clone();
    let standpoint = Standpoint { as_of, zone, thresholds: Thresholds::new(), line_names: catalogue.lines };
    let mut plan = Plan::new(std::slice::from_ref(&rule), &segments, standpoint).map_err(unanswerable)?;
    let everybody = tell_everybody(app, actor.scope(), &registry, &mut plan).await?;
    let (snapshot, waiting) = facts_of_now(app).await?;
    let found = tokio::task::spawn_blocking(move || snapshot.who(&plan, &waiting, THREADS));
    let found = found.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))??;
    Ok(Meant { rule, customers: found.into_iter().next().unwrap_or_default(), everybody, as_of })
}

fn unanswerable(error: PlanError) -> SegmentError {
    match error {
        PlanError::NoThreshold(error) => error.into(),
        // It is looked for when a segment is saved.
        PlanError::Circle(_) => SegmentError::BrokeOff(error.to_string()),
    }
}

/// How many there are.
async fn tell_everybody(
    app: &App,
    scope: &Scope,
    registry: &Registry,
    plan: &mut Plan,
) -> Result<u64, SegmentError> {
    let mut count = 0;
    if plan.needs_known() {
        for_everybody(app, scope, registry, |known| {
            let Known { customer, profiles, fields, states } = known;
            let profiles: Vec<CustomerNumber> = profiles.into_iter().map(CustomerNumber).collect();
            plan.tell(CustomerNumber(customer), &profiles, &History { fields, states, facts: Vec::new() });
            count += 1;
            Ok(())
        })
        .await?;
        return Ok(count);
    }
    let mut tx = app.store.read().await?;
    let mut profiles: HashMap<i64, Vec<CustomerNumber>> = HashMap::new();
    for (profile, customer) in parts::all(&mut tx).await? {
        profiles.entry(customer).or_default().extend(CustomerNumber::from_stored(profile));
    }
    let nothing = History::default();
    for number in customers::numbers_within(&mut tx, scope).await? {
        let Some(customer) = CustomerNumber::from_stored(number) else { continue };
        plan.tell(customer, profiles.get(&number).map_or(&[], |profiles| profiles), &nothing);
        count += 1;
    }
    Ok(count)
}

/// The history with what waits for it, so that no fact is missing and none is there twice.
async fn facts_of_now(app: &App) -> Result<(HistorySnapshot, Vec<(i64, AppliedBlock)>), SegmentError> {
    for _ in 0..TRIES_MAX {
        let snapshot = app.history.snapshot().await?;
        let waiting = waiting_blocks(&mut app.store.read().await?, snapshot.sequence(), None).await?;
        // Of what went into history between the two, nothing was read.
        if app.history.last_sequence().await?.unwrap_or(0) == snapshot.sequence() {
            return Ok((snapshot, waiting));
        }
    }
    Err(StoreError::Busy("the history grew while it was read".to_owned()).into())
}
