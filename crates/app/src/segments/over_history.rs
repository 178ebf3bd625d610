//! Who meets a rule, from the history and the store alone: for a process that is started for one question, and as of any
//! instant.
//!
//! Nothing is kept and nothing is followed. The answer is that of the live index at the same instant; as of an instant in the
//! past facts that are later play no part, and what is known beside facts is what is believed now.

use super::Asked;
use super::catalogue::catalogue_in_tx;
use super::error::SegmentError;
use super::known::{Known, Looked, Registry, for_everybody};
use super::read::usable;
use super::register::segments_in_tx;
use crate::App;
use crate::access::{Actor, require};
use crate::pipeline::waiting_blocks;
use perennial_domain::access::Right;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::oracle::{History, Thresholds, threshold_among};
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{Measure, Operand, Quantile, QuantileKey, Rule, normal, reads};
use perennial_domain::time::Instant;
use perennial_history::{HistorySnapshot, Plan, PlanError, Standpoint};
use perennial_store::{Scope, StoreError, customers, parts};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
    let mut segments: BTreeMap<String, Rule> =
        segments_in_tx(&mut tx).await?.into_iter().map(|one| (one.code, one.newest.rule)).collect();
    drop(tx);
    let rule = match asked {
        Asked::Rule(told) => usable(told, &catalogue)?,
        Asked::Segment(code) => segments.get(code).cloned().ok_or(SegmentError::NoSegment)?,
    };
    keep_needed(&mut segments, &rule);
    let as_of = as_of.unwrap_or_else(|| app.clock.now());
    let zone = registry.zone.clone();
    let mut standpoint = Standpoint { as_of, zone, thresholds: Thresholds::new(), line_names: catalogue.lines };
    let (snapshot, waiting) = facts_of_now(app).await?;
    let facts = Facts { snapshot: Arc::new(snapshot), waiting: Arc::new(waiting) };
    let rules: Vec<Rule> = segments.values().chain([&rule]).cloned().collect();
    standpoint.thresholds = thresholds(app, &registry, &facts, &rules, &standpoint).await?;
    let mut plan = Plan::new(std::slice::from_ref(&rule), &segments, standpoint).map_err(unanswerable)?;
    let everybody = tell_everybody(app, actor.scope(), &registry, Looked::of(&rules), &mut plan).await?;
    let found = facts.ask(move |facts, waiting| facts.who(&plan, waiting, THREADS)).await?;
    Ok(Meant { rule, customers: found.into_iter().next().unwrap_or_default(), everybody, as_of })
}

/// Of all segments those that the rule stands on.
fn keep_needed(segments: &mut BTreeMap<String, Rule>, rule: &Rule) {
    let mut needed: BTreeMap<String, Rule> = BTreeMap::new();
    let mut next: Vec<String> = reads(rule).segments.into_iter().collect();
    while let Some(code) = next.pop() {
        if let Some(rule) = segments.remove(&code) {
            next.extend(reads(&rule).segments);
            needed.insert(code, rule);
        }
    }
    *segments = needed;
}

fn unanswerable(error: PlanError) -> SegmentError {
    match error {
        PlanError::NoThreshold(error) => error.into(),
        // It is looked for when a segment is saved.
        PlanError::Circle(_) => SegmentError::BrokeOff(error.to_string()),
    }
}

/// The history with what waits for it.
struct Facts {
    snapshot: Arc<HistorySnapshot>,
    waiting: Arc<Vec<(i64, AppliedBlock)>>,
}

impl Facts {
    /// On a thread where it holds nobody up.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&HistorySnapshot, &[(i64, AppliedBlock)]) -> perennial_history::Result<T> + Send + 'static,
    ) -> Result<T, SegmentError> {
        let (snapshot, waiting) = (Arc::clone(&self.snapshot), Arc::clone(&self.waiting));
        let answered = tokio::task::spawn_blocking(move || ask(&snapshot, &waiting)).await;
        Ok(answered.map_err(|error| SegmentError::BrokeOff(error.to_string()))??)
    }
}

/// So that no fact is missing and none is there twice.
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

/// The largest and smallest parts that the rules ask for, among all customers at that instant.
async fn thresholds(
    app: &App,
    registry: &Registry,
    facts: &Facts,
    rules: &[Rule],
    standpoint: &Standpoint,
) -> Result<Thresholds, SegmentError> {
    let wanted: BTreeMap<QuantileKey, Quantile> =
        rules.iter().flat_map(|rule| reads(&normal(rule)).quantiles).collect();
    if wanted.is_empty() {
        return Ok(Thresholds::new());
    }
    let measure = |quantile: &Quantile| match &quantile.of {
        Operand::Measure(measure) => Some((**measure).clone()),
        Operand::Field(_) => None,
    };
    let measures: Vec<Measure> = wanted.values().filter_map(measure).collect();
    let mut plan = Plan::taking(&measures, standpoint.clone());
    let mut of_fields: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for quantile in wanted.values() {
        if let Operand::Field(name) = &quantile.of {
            of_fields.insert(name.clone(), Vec::new());
        }
    }
    for_everybody(app, &Scope::Everyone, registry, Looked::of(rules), |known| {
        for (name, values) in &mut of_fields {
            values.extend(known.fields.get(name).into_iter().flatten().cloned());
        }
        tell(&mut plan, known);
        Ok(())
    })
    .await?;
    let mut of_measures = facts.ask(move |facts, waiting| facts.values(&plan, waiting, THREADS)).await?.into_iter();
    let found = wanted.into_iter().map(|(key, quantile)| {
        let values = match &quantile.of {
            Operand::Field(name) => of_fields.get(name).cloned().unwrap_or_default(),
            Operand::Measure(_) => of_measures.next().unwrap_or_default(),
        };
        (key, threshold_among(&values, quantile.is_top, quantile.share))
    });
    Ok(found.collect())
}

fn tell(plan: &mut Plan, known: Known) {
    let Known { customer, profiles, fields, states } = known;
    let profiles: Vec<CustomerNumber> = profiles.into_iter().map(CustomerNumber).collect();
    plan.tell(CustomerNumber(customer), &profiles, &History { fields, states, facts: Vec::new() });
}

/// How many there are.
async fn tell_everybody(
    app: &App,
    scope: &Scope,
    registry: &Registry,
    looked: Looked,
    plan: &mut Plan,
) -> Result<u64, SegmentError> {
    let mut count = 0;
    if plan.needs_known() {
        for_everybody(app, scope, registry, looked, |known| {
            tell(plan, known);
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
