//! Who comes into a segment and who leaves it is written down, each once.
//!
//! While one process follows without a break, the index's own moves are written as they come, each with its cause. Behind a
//! break (a start, an index that was built anew, another process that did it before) what is written is held against what
//! is, and what happened meanwhile is written as found. So a process may be killed anywhere: what was not written is found.
//!
//! Invariants: what is written of a segment, its last mark and the moves behind it, is who was in it when the last of them was
//! written; one process at a time writes, the one that has the lease. Somebody who was erased meanwhile has no moves.

use super::super::error::SegmentError;
use super::{Kept, Live, Work};
use crate::App;
use crate::random::new_id;
use crate::webhooks::{Happened, Subscribers, publish};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_domain::webhook::EventType;
use perennial_index::{Cause, Index, Move, Set};
use perennial_store::segment_moves::{self as table, MarkRow, MoveRow};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, journal, leases, parts, sequences};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const LEASE: &str = "segment_moves";
const LEASE_SECONDS: i64 = 10;
/// Of moves that wait to be written; where there are more, they are found.
const WAITING_MAX: usize = 1_000_000;
/// Moves in a commit.
const BATCH: usize = 5_000;
/// So many moves, or so many days with moves, behind which everybody is marked again.
const MARK_AFTER_MOVES: u64 = 20_000;
const MARK_AFTER_DAYS: i64 = 28;
/// Marks that are written in one round.
const MARKS_PER_ROUND: usize = 20;
/// For so long it is known who was in a segment.
const KEPT_DAYS: i64 = 400;
const FORGET_STEP: i64 = 5_000;

/// Moves of the index that are not written yet.
#[derive(Default)]
pub(super) struct Waiting {
    moves: Vec<MoveRow>,
    /// There were too many.
    is_lost: bool,
}

/// Which segments are followed without a break, and by whom.
#[derive(Default)]
pub(super) struct Keeping {
    holder: Option<String>,
    lease_until: Option<Instant>,
    segments: BTreeMap<String, Marked>,
}

/// When everybody was last written down, and how many moves there are since.
struct Marked {
    at: Instant,
    moves: u64,
}

impl Keeping {
    /// There was a break.
    pub fn forget(&mut self) {
        self.segments.clear();
    }
}

impl Kept {
    pub(super) fn note(&mut self, moves: Vec<Move>) {
        let versions = &self.versions;
        self.waiting.moves.extend(moves.into_iter().map(|one| row_of(one, versions)));
        if self.waiting.moves.len() > WAITING_MAX {
            self.waiting = Waiting { moves: Vec::new(), is_lost: true };
        }
    }
}

fn row_of(one: Move, versions: &BTreeMap<String, i64>) -> MoveRow {
    let (cause, fact) = match one.cause {
        Cause::Fact(key) => ("fact", Some(key.hex())),
        Cause::Profile => ("profile", None),
        Cause::Merge => ("merge", None),
        Cause::Time => ("time", None),
        Cause::Rule => ("rule", None),
    };
    MoveRow {
        position: 0,
        version: versions.get(&*one.segment).copied().unwrap_or_default(),
        segment: one.segment.to_string(),
        customer_number: i64::from(one.customer),
        has_entered: one.entered,
        at: one.at,
        cause: cause.to_owned(),
        fact,
    }
}

/// Writes down who came and went since the last call. False where another process does, or where the index is behind.
///
/// # Errors
/// Of the store. What was not written is found by the next call.
pub async fn keep_moves(app: &App, live: &Live) -> Result<bool, SegmentError> {
    let mut work = live.work.lock().await;
    let Some(position) = work.position.as_ref().filter(|_| work.waits_at.is_none()) else { return Ok(false) };
    let versions = position.segments.clone();
    if !has_lease(app, &mut work.keeping).await? {
        work.keeping.forget();
        live.with(app.clock.now(), |kept| kept.waiting = Waiting::default())?;
        return Ok(false);
    }
    let kept = keep(app, live, &mut work, &versions).await;
    if !matches!(kept, Ok(true)) {
        work.keeping.forget();
    }
    kept
}

/// Another process may write from now on.
pub async fn stop_keeping(app: &App, live: &Live) -> Result<(), StoreError> {
    let mut work = live.work.lock().await;
    work.keeping.forget();
    work.keeping.lease_until = None;
    let Some(holder) = work.keeping.holder.clone() else { return Ok(()) };
    let mut tx = app.store.write().await?;
    leases::give_back(&mut tx, LEASE, &holder).await?;
    tx.commit().await
}

async fn has_lease(app: &App, keeping: &mut Keeping) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let half = Instant(now.0 + LEASE_SECONDS * MICROS_PER_SECOND / 2);
    if keeping.lease_until.is_some_and(|until| until >= half) {
        return Ok(true);
    }
    let mut tx = app.store.write().await?;
    let is_taken = take_lease(app, &mut tx, keeping).await?;
    tx.commit().await?;
    Ok(is_taken)
}

async fn take_lease(app: &App, tx: &mut WriteTx<'_>, keeping: &mut Keeping) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let until = Instant(now.0 + LEASE_SECONDS * MICROS_PER_SECOND);
    let holder = keeping.holder.get_or_insert_with(|| new_id(app.random.as_ref(), "lse", now));
    let is_taken = leases::take(tx, LEASE, holder, now, until).await?;
    keeping.lease_until = is_taken.then_some(until);
    Ok(is_taken)
}

async fn keep(app: &App, live: &Live, work: &mut Work, versions: &BTreeMap<String, i64>) -> Result<bool, SegmentError> {
    let keeping = &mut work.keeping;
    keeping.segments.retain(|code, _| versions.contains_key(code));
    if live.with(app.clock.now(), |kept| std::mem::take(&mut kept.waiting.is_lost))? {
        keeping.forget();
    }
    for (code, version) in versions {
        if !keeping.segments.contains_key(code) && !compare(app, live, keeping, code, *version).await? {
            return Ok(false);
        }
    }
    let now = app.clock.now();
    let is_due = |marked: &Marked| {
        let is_old = now.0 - marked.at.0 > MARK_AFTER_DAYS * MICROS_PER_DAY;
        marked.moves >= MARK_AFTER_MOVES || (marked.moves > 0 && is_old)
    };
    let due = keeping.segments.iter().filter(|(_, marked)| is_due(marked)).map(|(code, _)| code.clone());
    let due: Vec<String> = due.take(MARKS_PER_ROUND).collect();
    let (moves, marks) = live.with(now, |kept| {
        let mark = |code: &String| Some(mark_of(code, versions[code], kept.index.now(), kept.index.members(code)?));
        (std::mem::take(&mut kept.waiting.moves), due.iter().filter_map(mark).collect::<Vec<_>>())
    })?;
    Ok(write(app, keeping, moves, marks).await?)
}

/// What is written of a segment against who is in it.
async fn compare(
    app: &App,
    live: &Live,
    keeping: &mut Keeping,
    code: &str,
    version: i64,
) -> Result<bool, SegmentError> {
    let written = written(&mut app.store.read().await?, code, Instant(i64::MAX)).await?;
    let now = app.clock.now();
    let (moves, mark, at) = live.with(now, |kept| {
        // These are among what is found.
        kept.waiting.moves.retain(|one| one.segment != code);
        let at = kept.index.now();
        let Some(members) = kept.index.members(code) else { return (Vec::new(), None, at) };
        let mark = || mark_of(code, version, at, members);
        let Some(Written { people, version: before }) = written else { return (Vec::new(), Some(mark()), at) };
        let cause = if before == version { "found" } else { "rule" };
        let then = as_now(&kept.index, &people);
        let row = |customer: u32, has_entered: bool| MoveRow {
            position: 0,
            segment: code.to_owned(),
            version,
            customer_number: i64::from(customer),
            has_entered,
            at,
            cause: cause.to_owned(),
            fact: None,
        };
        let mut moves: Vec<MoveRow> = (members - &then).iter().map(|one| row(one, true)).collect();
        moves.extend((&then - members).iter().map(|one| row(one, false)));
        // Whoever was merged or erased meanwhile has no moves.
        let is_other = then != people;
        (moves, (before != version || is_other).then(mark), at)
    })?;
    let is_marked = mark.is_some();
    let count = if is_marked { 0 } else { moves.len() as u64 };
    if !write(app, keeping, moves, mark.into_iter().collect()).await? {
        return Ok(false);
    }
    keeping.segments.insert(code.to_owned(), Marked { at, moves: count });
    Ok(true)
}

fn mark_of(code: &str, version: i64, at: Instant, people: &Set) -> MarkRow {
    MarkRow { segment: code.to_owned(), position: 0, version, at, people: bytes_of(people) }
}

/// False where somebody else has the lease; then nothing more was written.
async fn write(
    app: &App,
    keeping: &mut Keeping,
    mut moves: Vec<MoveRow>,
    marks: Vec<MarkRow>,
) -> Result<bool, StoreError> {
    while !moves.is_empty() {
        let rest = moves.split_off(moves.len().min(BATCH));
        let marks = if rest.is_empty() { marks.as_slice() } else { &[] };
        if !write_batch(app, keeping, &moves, marks).await? {
            return Ok(false);
        }
        if rest.is_empty() {
            return Ok(true);
        }
        moves = rest;
    }
    if marks.is_empty() { Ok(true) } else { write_batch(app, keeping, &[], &marks).await }
}

async fn write_batch(
    app: &App,
    keeping: &mut Keeping,
    moves: &[MoveRow],
    marks: &[MarkRow],
) -> Result<bool, StoreError> {
    let mut tx = app.store.write().await?;
    if !take_lease(app, &mut tx, keeping).await? {
        return Ok(false);
    }
    let heads = heads_of(&mut tx, moves).await?;
    let moves: Vec<MoveRow> = moves.iter().filter(|one| heads.contains_key(&one.customer_number)).cloned().collect();
    tell(app, &mut tx, &moves, &heads).await?;
    let last = match moves.is_empty() {
        true => sequences::current(&mut tx, sequences::SEGMENT_MOVES).await?,
        false => table::add(&mut tx, &moves).await?,
    };
    for mark in marks {
        table::put_mark(&mut tx, &MarkRow { position: last, ..mark.clone() }).await?;
    }
    tx.commit().await?;
    for one in &moves {
        if let Some(marked) = keeping.segments.get_mut(&one.segment) {
            marked.moves += 1;
        }
    }
    for mark in marks {
        keeping.segments.insert(mark.segment.clone(), Marked { at: mark.at, moves: 0 });
    }
    Ok(true)
}

/// To whom the numbers belong now; those that are nobody's any more are not among them.
async fn heads_of(tx: &mut ReadTx<'_>, moves: &[MoveRow]) -> Result<HashMap<i64, i64>, StoreError> {
    let numbers: BTreeSet<i64> = moves.iter().map(|one| one.customer_number).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut heads: HashMap<i64, i64> = numbers.iter().map(|number| (*number, *number)).collect();
    heads.extend(parts::together(tx, &numbers).await?);
    let wanted: BTreeSet<i64> = heads.values().copied().collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let there = customers::among(tx, &Scope::Everyone, &wanted).await?;
    heads.retain(|_, head| there.contains(head));
    Ok(heads)
}

/// Whoever wants to hear of it is told.
async fn tell(app: &App, tx: &mut WriteTx<'_>, moves: &[MoveRow], heads: &HashMap<i64, i64>) -> Result<(), StoreError> {
    let subscribers = Subscribers::load(tx).await?;
    let kind = |one: &MoveRow| if one.has_entered { EventType::SegmentEntered } else { EventType::SegmentLeft };
    let happened: Vec<Happened> = moves
        .iter()
        .filter(|one| subscribers.want(kind(one), false))
        .filter_map(|one| {
            let head = heads.get(&one.customer_number)?;
            let data = json!({
                "customer_id": CustomerNumber::from_stored(*head)?.public_id(), "segment": one.segment,
                "version": one.version, "at": one.at.rfc3339(), "cause": one.cause,
            });
            Some(Happened::new(kind(one), Some(*head), data))
        })
        .collect();
    if happened.is_empty() {
        return Ok(());
    }
    journal::lock_applier(tx).await?;
    publish(app, tx, &subscribers, &happened).await
}

/// Who was in a segment, by what is written.
pub(super) struct Written {
    pub people: Set,
    /// Of the rule.
    pub version: i64,
}

/// As of an instant; `None` where nothing is kept of it.
pub(super) async fn written(tx: &mut ReadTx<'_>, code: &str, at: Instant) -> Result<Option<Written>, StoreError> {
    let Some(mark) = table::mark_at(tx, code, at).await? else { return Ok(None) };
    let wrong = |_| StoreError::Inconsistency { table: "segment_marks", column: "people", row: code.to_owned() };
    let mut people = Set::deserialize_from(mark.people.as_slice()).map_err(wrong)?;
    for (customer, has_entered) in table::between(tx, code, mark.position, at).await? {
        let Ok(customer) = u32::try_from(customer) else { continue };
        if has_entered {
            people.insert(customer)
        } else {
            people.remove(customer)
        };
    }
    let version = match table::count_behind(tx, code, mark.position).await? {
        0 => mark.version,
        _ => table::last_version(tx, code).await?.unwrap_or(mark.version),
    };
    Ok(Some(Written { people, version }))
}

/// The customers of today whom these numbers belong to.
pub(super) fn as_now(index: &Index, then: &Set) -> Set {
    let mut now = then & index.everybody();
    now.extend((then - index.everybody()).iter().filter_map(|one| index.customer(one)));
    now
}

fn bytes_of(set: &Set) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(set.serialized_size());
    // A vector takes whatever is written.
    let written = set.serialize_into(&mut bytes);
    debug_assert!(written.is_ok(), "a vector takes whatever is written");
    bytes
}

/// Removes what is older than four hundred days, but what the rest stands on.
pub async fn forget_old_moves(app: &App) -> Result<(), StoreError> {
    let before = Instant(app.clock.now().0 - KEPT_DAYS * MICROS_PER_DAY);
    loop {
        let mut tx = app.store.write().await?;
        let gone = table::remove_before(&mut tx, before, FORGET_STEP).await?;
        if gone == 0 {
            table::remove_marks_before(&mut tx, before).await?;
            return tx.commit().await;
        }
        tx.commit().await?;
    }
}
