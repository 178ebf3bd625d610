//! The index from nothing, and what new rules need of facts, of fields and of all customers.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::known::{Known, Looked, Registry, for_everybody, runs_of};
use super::super::register::segments_in_tx;
use super::moves::Waiting;
use super::{Kept, Live, Position, Work};
use crate::App;
use crate::pipeline::waiting_blocks;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::rules::Rule;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::oracle::{Happened, Thresholds};
use perennial_domain::rules::value::Type;
use perennial_history::{CUSTOMER_BUCKETS, HistorySnapshot, LookedAt};
use perennial_index::{Filling, Index, Move, Place, Subject};
use perennial_store::{Scope, customer_changes, sequences};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinHandle;

/// How often history may take in what was read from the journal meanwhile.
const TRIES_MAX: usize = 5;
/// Buckets that are read beside each other: each is in memory meanwhile.
const BUCKETS_BESIDE: usize = 2;

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
    let _building = live.begin_build(sequence);
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
        let snapshot = app.history.snapshot().await?;
        if snapshot.sequence() > sequence {
            // History has more than the index has followed: whoever follows comes first.
            return Err(SegmentError::Behind);
        }
        let mut tx = app.store.read().await?;
        let waiting = waiting_blocks(&mut tx, snapshot.sequence(), Some(sequence)).await?;
        drop(tx);
        // Of what went into history between the two, nothing was read.
        if app.history.last_sequence().await?.unwrap_or(0) != snapshot.sequence() {
            continue;
        }
        let looked = LookedAt::of(filling.clauses(), filling.now(), filling.zone());
        return fill(Arc::new(Gathering { snapshot, looked, waiting, filling: Mutex::new(filling) }), note).await;
    }
    Err(SegmentError::Behind)
}

/// Facts on their way into a filling.
struct Gathering {
    snapshot: HistorySnapshot,
    looked: LookedAt,
    waiting: Vec<(i64, AppliedBlock)>,
    filling: Mutex<Filling>,
}

impl Gathering {
    /// What happened to the customers of a bucket; memory is that of their facts. Blocks the calling thread.
    fn bucket(&self, bucket: u32) -> Result<(), SegmentError> {
        let mut lives: Vec<(u32, Vec<Happened>)> = Vec::new();
        self.snapshot.lives(bucket, &self.looked, &self.waiting, |profile, facts| lives.push((profile, facts)))?;
        let mut filling = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        for (profile, facts) in &lives {
            for fact in facts {
                filling.tell(*profile, fact);
            }
        }
        Ok(())
    }
}

/// One bucket is told while the next is read.
async fn fill(gathering: Arc<Gathering>, note: impl Fn(u8)) -> Result<Filling, SegmentError> {
    let mut open = VecDeque::new();
    for bucket in 0..CUSTOMER_BUCKETS {
        let gathering = Arc::clone(&gathering);
        open.push_back(tokio::task::spawn_blocking(move || gathering.bucket(bucket)));
        if open.len() == BUCKETS_BESIDE {
            ended(open.pop_front()).await?;
        }
        note(u8::try_from(bucket * 100 / CUSTOMER_BUCKETS).unwrap_or(100));
    }
    while !open.is_empty() {
        ended(open.pop_front()).await?;
    }
    let gathering =
        Arc::into_inner(gathering).ok_or_else(|| SegmentError::BrokeOff("a bucket is being read".to_owned()))?;
    Ok(gathering.filling.into_inner().unwrap_or_else(PoisonError::into_inner))
}

async fn ended(bucket: Option<JoinHandle<Result<(), SegmentError>>>) -> Result<(), SegmentError> {
    let Some(bucket) = bucket else { return Ok(()) };
    bucket.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))?
}
