//! The index from nothing, and what new rules need of facts, of fields and of all customers.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::known::{Known, Looked, Registry, for_everybody, runs_of};
use super::super::life::KINDS;
use super::super::register::segments_in_tx;
use super::moves::Waiting;
use super::{Kept, Live, Position, Work};
use crate::App;
use crate::pipeline::waiting_blocks;
use crate::workers::{Working, on_a_thread};
use perennial_domain::fact::{AppliedBlock, FactKind, Tracked};
use perennial_domain::rules::Rule;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::Thresholds;
use perennial_domain::rules::value::Type;
use perennial_history::{CUSTOMER_BUCKETS, HistoryFact, Scan};
use perennial_index::{Filling, Index, Move, Place, Subject};
use perennial_store::{Scope, customer_changes, sequences};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How often history may take in what was read from the journal meanwhile.
const TRIES_MAX: usize = 5;

/// Builds the index with all segments. What is committed meanwhile the next round follows.
pub(super) async fn build(app: &App, live: &Live, work: &mut Work) -> Result<(), SegmentError> {
    work.position = None;
    work.keeping.forget();
    let mut tx = app.store.read().await?;
    let change = customer_changes::last(&mut tx).await?;
    let value_run = runs_of(&mut tx).await?;
    let registry = Registry::load(&mut tx).await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let segments = segments_in_tx(&mut tx).await?;
    let sequence = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    drop(tx);
    let place = Place { zone: registry.zone.clone(), line_names: catalogue.lines.clone() };
    let mut index = Index::new(place, app.clock.now());
    let standing: Vec<_> = segments.into_iter().filter(|one| one.archived_at.is_none()).collect();
    let rules: Vec<Rule> = standing.iter().map(|one| one.newest.rule.clone()).collect();
    for (name, kind) in lacking_fields(&index, &rules, &catalogue) {
        index.keep_field(&name, kind);
    }
    if let Some(filling) = wanted(&index, &rules) {
        let back_fill = live.begin_back_fill(standing.iter().map(|one| one.code.clone()).collect());
        index.install(gather_into(app, filling, sequence, |done| back_fill.note(done)).await?);
    }
    // What is known now may be newer than the facts: whoever follows tells it again.
    for_everybody(app, &Scope::Everyone, &registry, Looked::ALL, |known| {
        let _nobody_is_in_a_segment_yet = tell_known(&mut index, known);
        Ok(())
    })
    .await?;
    index.forget_strangers();
    let mut versions = BTreeMap::new();
    let mut kept = Kept { index, sequence, versions: BTreeMap::new(), waiting: Waiting::default() };
    for one in standing {
        if put_segment(&mut kept, &one.code, &one.newest.rule, one.newest.version) {
            versions.insert(one.code, one.newest.version);
        }
    }
    *live.write() = Some(kept);
    work.position = Some(Position { sequence, change, value_run, registry, segments: versions });
    work.waits_at = None;
    Ok(())
}

/// Everything known of a customer is told in the place of what was.
pub(super) fn tell_known(index: &mut Index, known: Known) -> Vec<Move> {
    let Known { customer, profiles, fields, states } = known;
    let mut moves = Vec::new();
    if !index.is_one(&profiles) {
        moves.extend(index.joined(&profiles));
    }
    moves.extend(index.fields(customer, &fields));
    moves.extend(index.states(customer, &states));
    moves
}

/// Keeps a segment with whatever thresholds it stands on. False where something else is lacking, which whoever builds has
/// gathered before.
pub(super) fn put_segment(kept: &mut Kept, code: &str, rule: &Rule, version: i64) -> bool {
    settle_thresholds(kept, rule);
    kept.versions.insert(code.to_owned(), version);
    let Ok(moves) = kept.index.put_segment(code, rule) else { return false };
    kept.note(moves);
    true
}

pub(super) fn settle_thresholds(kept: &mut Kept, rule: &Rule) {
    let wanted = kept.index.lacks(rule).thresholds;
    let found: Thresholds =
        wanted.into_iter().filter_map(|(key, quantile)| Some((key, kept.index.work_out(&quantile).ok()?))).collect();
    if !found.is_empty() {
        let moves = kept.index.thresholds(found);
        kept.note(moves);
    }
}

/// The fields that these rules ask for and the index does not keep so far, with their types.
pub(super) fn lacking_fields(index: &Index, rules: &[Rule], catalogue: &Catalogue) -> BTreeMap<String, Type> {
    let names = rules.iter().flat_map(|rule| index.lacks(rule).fields);
    // A field that is no more has no values; a rule that names it holds for nobody by it.
    names.map(|name| (name.clone(), catalogue.fields.get(&name).map_or(Type::Text, |typed| typed.kind))).collect()
}

/// An empty filling of what these rules need of facts and the index does not have.
pub(super) fn wanted(index: &Index, rules: &[Rule]) -> Option<Filling> {
    let mut subjects: Vec<Subject> = Vec::new();
    for subject in rules.iter().flat_map(|rule| index.lacks(rule).subjects) {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    (!subjects.is_empty()).then(|| Filling::new(index, &subjects))
}

/// Tells a filling all facts of blocks up to that sequence; `note` is told how many percent of them it has been.
pub(super) async fn gather_into(
    app: &App,
    filling: Filling,
    sequence: i64,
    note: impl Fn(u8),
) -> Result<Filling, SegmentError> {
    for _ in 0..TRIES_MAX {
        let kinds: Vec<FactKind> = KINDS.into_iter().filter(|kind| filling.wanted().wants_kind(*kind)).collect();
        let scan = app.history.scan(&kinds).await?;
        if scan.upto() > sequence {
            // History has more than the index has followed: whoever follows comes first.
            return Err(SegmentError::Behind);
        }
        let mut tx = app.store.read().await?;
        let waiting = waiting_blocks(&mut tx, scan.upto(), Some(sequence)).await?;
        drop(tx);
        // Of what went into history between the two, nothing was read.
        if app.history.last_sequence().await?.unwrap_or(0) != scan.upto() {
            continue;
        }
        return read_all(&scan, filling, waiting, note).await;
    }
    Err(SegmentError::Behind)
}

/// One bucket is told while the next is read.
async fn read_all(
    scan: &Scan,
    filling: Filling,
    waiting: Vec<(i64, AppliedBlock)>,
    note: impl Fn(u8),
) -> Result<Filling, SegmentError> {
    let (waiting, wanted) = (Arc::new(waiting), filling.wanted().clone());
    let mut telling = on_a_thread(move || filling);
    for bucket in 0..CUSTOMER_BUCKETS {
        let mut facts: Vec<HistoryFact> = Vec::new();
        let wants = |fact: &HistoryFact| wanted.wants(fact.kind, name_of(fact.tracked.as_deref()));
        scan.visit(bucket, |some| facts.extend(some.into_iter().filter(wants))).await?;
        let filling = told(telling).await?;
        note(u8::try_from(bucket * 100 / CUSTOMER_BUCKETS).unwrap_or(100));
        let waiting = Arc::clone(&waiting);
        telling = on_a_thread(move || tell_bucket(filling, &facts, &waiting, bucket));
    }
    told(telling).await
}

async fn told(telling: Working<Filling>) -> Result<Filling, SegmentError> {
    telling.finished().await.map_err(|error| SegmentError::BrokeOff(error.to_string()))
}

fn name_of(tracked: Option<&Tracked>) -> Option<&str> {
    tracked.and_then(|tracked| tracked.name.as_deref())
}

/// What happened to the customers of a bucket. Rows of one profile are read together: an order may have come in several.
fn tell_bucket(mut filling: Filling, facts: &[HistoryFact], waiting: &[(i64, AppliedBlock)], bucket: u32) -> Filling {
    let mut lives: HashMap<u32, Vec<Row<'_>>> = HashMap::new();
    for fact in facts {
        if let Some(profile) = fact.customer {
            lives.entry(profile.0).or_default().push(fact.row());
        }
    }
    for (_, block) in waiting {
        for one in &block.facts {
            let profile = one.customer.filter(|profile| profile.0 % CUSTOMER_BUCKETS == bucket);
            let row = Row::of(block, one);
            if let Some(profile) = profile
                && row.counts()
                && filling.wanted().wants(row.kind, name_of(row.tracked))
            {
                lives.entry(profile.0).or_default().push(row);
            }
        }
    }
    for (profile, rows) in lives {
        for fact in happened(&rows) {
            filling.tell(profile, &fact);
        }
    }
    filling
}
