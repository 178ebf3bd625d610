//! Who comes into a segment and who leaves it is written down, each once.
//!
//! While one process follows without a break, the index's own moves are written as they come, each with its cause. Behind a
//! break (a start, an index that was built anew, another process that did it before) what is written is held against what
//! is, and what happened meanwhile is written as found. So a process may be killed anywhere: what was not written is found.
//!
//! Invariants: what is written of a segment, its last mark and the moves behind it, is who was in it when the last of them was
//! written; one process at a time writes, the one that has the lease. Somebody who was erased meanwhile has no moves.

use super::super::error::SegmentError;
use super::follow::customers_of;
use super::{Kept, Live, Work};
use crate::App;
use crate::random::new_id;
use crate::webhooks::{Happened, Subscribers, publish};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_domain::webhook::EventType;
use perennial_index::{Cause, Index, Move, Set};
use perennial_store::segment_moves::{self as table, MarkRow, MoveRow, Step};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, journal, leases};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

const LEASE: &str = "segment_moves";
const LEASE_SECONDS: i64 = 10;
/// Where somebody else has it, so long nobody asks for it again.
const REFUSED_SECONDS: i64 = 2;
/// Of moves that wait to be written; where there are more, they are found.
const WAITING_MAX: usize = 1_000_000;
/// Moves in a commit, and commits in a round: rounds of other work come between.
const BATCH: usize = 5_000;
const BATCHES_PER_ROUND: usize = 10;
/// The version of a mark from which on nothing is kept of a segment.
const NOTHING_KEPT: i64 = 0;
/// So many moves, or so many days with moves, behind which everybody is marked again.
const MARK_AFTER_MOVES: u64 = 20_000;
const MARK_AFTER_DAYS: i64 = 28;
/// Marks that are written in one round.
const MARKS_PER_ROUND: usize = 20;
/// For so long it is known who was in a segment.
const KEPT_DAYS: i64 = 400;
const FORGET_STEP: i64 = 5_000;

/// Moves of the index that are not written yet, with the versions of the rules by which they were made.
#[derive(Default)]
pub(super) struct Waiting {
    moves: VecDeque<(Move, i64, Why)>,
    /// There were too many.
    is_lost: bool,
}

/// How somebody moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// As the index says.
    Caused,
    /// Behind a break.
    Found,
}

/// Which segments are followed without a break, and by whom.
#[derive(Default)]
pub(super) struct Keeping {
    holder: Option<String>,
    lease: Option<Lease>,
    /// Somebody else has it: not before this instant is it asked for again.
    refused_until: Option<Instant>,
    segments: BTreeMap<String, Marked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lease {
    until: Instant,
    fence: i64,
}

/// When everybody was last written down, how many moves there are since, and when the last of them was.
struct Marked {
    at: Instant,
    moves: u64,
    last: Instant,
    /// Everybody is to be written down again, whatever moved.
    is_due: bool,
}

impl Keeping {
    /// There was a break.
    pub fn forget(&mut self) {
        self.segments.clear();
    }
}

impl Kept {
    pub(super) fn note(&mut self, moves: Vec<Move>) {
        let Self { versions, waiting, .. } = self;
        let version = |one: &Move| versions.get(&*one.segment).copied().unwrap_or_default();
        waiting.moves.extend(moves.into_iter().map(|one| {
            let version = version(&one);
            (one, version, Why::Caused)
        }));
        if waiting.moves.len() > WAITING_MAX {
            *waiting = Waiting { moves: VecDeque::new(), is_lost: true };
        }
    }
}

fn row_of(one: &Move, version: i64, why: Why) -> MoveRow {
    let (cause, fact) = match (why, one.cause) {
        (_, Cause::Rule) => ("rule", None),
        (Why::Found, _) => ("found", None),
        (Why::Caused, Cause::Fact(key)) => ("fact", Some(key.hex())),
        (Why::Caused, Cause::Profile) => ("profile", None),
        (Why::Caused, Cause::Merge) => ("merge", None),
        (Why::Caused, Cause::Time) => ("time", None),
    };
    MoveRow {
        position: 0,
        version,
        segment: one.segment.to_string(),
        customer_number: i64::from(one.customer),
        has_entered: one.entered,
        at: one.at,
        cause: cause.to_owned(),
        fact,
        is_told: !one.is_renumbered,
    }
}

/// Writes down who came and went since the last call; of very many, some, and the next call goes on. False where another
/// process does, or where the index is behind.
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
    work.keeping.lease = None;
    let Some(holder) = work.keeping.holder.clone() else { return Ok(()) };
    let mut tx = app.store.write().await?;
    leases::give_back(&mut tx, LEASE, &holder).await?;
    tx.commit().await
}

async fn has_lease(app: &App, keeping: &mut Keeping) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let half = Instant(now.0 + LEASE_SECONDS * MICROS_PER_SECOND / 2);
    if keeping.lease.is_some_and(|lease| lease.until >= half) {
        return Ok(true);
    }
    if keeping.refused_until.is_some_and(|until| now < until) {
        return Ok(false);
    }
    let mut tx = app.store.write().await?;
    let is_taken = take_lease(app, &mut tx, keeping).await?;
    tx.commit().await?;
    Ok(is_taken)
}

/// Where somebody else had it between, what they wrote has to be compared: everything is forgotten.
async fn take_lease(app: &App, tx: &mut WriteTx<'_>, keeping: &mut Keeping) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let until = Instant(now.0 + LEASE_SECONDS * MICROS_PER_SECOND);
    let holder = keeping.holder.get_or_insert_with(|| new_id(app.random.as_ref(), "lse", now)).clone();
    let before = keeping.lease.take().map(|lease| lease.fence);
    let Some(fence) = leases::take(tx, LEASE, &holder, now, until).await? else {
        keeping.refused_until = Some(Instant(now.0 + REFUSED_SECONDS * MICROS_PER_SECOND));
        return Ok(false);
    };
    keeping.lease = Some(Lease { until, fence });
    if before != Some(fence) {
        keeping.forget();
    }
    Ok(before.is_none_or(|before| before == fence))
}

async fn keep(app: &App, live: &Live, work: &mut Work, versions: &BTreeMap<String, i64>) -> Result<bool, SegmentError> {
    let keeping = &mut work.keeping;
    keeping.segments.retain(|code, _| versions.contains_key(code));
    if live.with(app.clock.now(), |kept| std::mem::take(&mut kept.waiting.is_lost))? {
        keeping.forget();
    }
    let mut first = Vec::new();
    for (code, version) in versions {
        if keeping.segments.contains_key(code) {
            continue;
        }
        let written = written(&mut app.store.read().await?, code, Instant(i64::MAX)).await?;
        let compared = live.with(app.clock.now(), |kept| compare(kept, code, *version, written))?;
        match compared {
            Compared::First(mark) => first.push(mark),
            Compared::Kept(marked) => {
                keeping.segments.insert(code.clone(), marked);
            }
            Compared::NotThere => {}
        }
        if first.len() == MARKS_PER_ROUND && !write(app, keeping, &[], &std::mem::take(&mut first)).await? {
            return Ok(false);
        }
    }
    if !write(app, keeping, &[], &first).await? {
        return Ok(false);
    }
    for _ in 0..BATCHES_PER_ROUND {
        let (moves, is_all) = live.with(app.clock.now(), |kept| {
            let some = kept.waiting.moves.len().min(BATCH);
            let rows = kept.waiting.moves.drain(..some).map(|(one, version, why)| row_of(&one, version, why));
            let rows: Vec<MoveRow> = rows.filter(|row| keeping.segments.contains_key(&row.segment)).collect();
            (rows, kept.waiting.moves.is_empty())
        })?;
        if !write(app, keeping, &moves, &[]).await? {
            return Ok(false);
        }
        if is_all {
            return mark(app, live, keeping, versions).await;
        }
    }
    Ok(true)
}

/// Writes down everybody of some segments of which much has moved; nothing waits to be written.
async fn mark(
    app: &App,
    live: &Live,
    keeping: &mut Keeping,
    versions: &BTreeMap<String, i64>,
) -> Result<bool, SegmentError> {
    let now = app.clock.now();
    let is_due = |marked: &Marked| {
        let is_old = now.0 - marked.at.0 > MARK_AFTER_DAYS * MICROS_PER_DAY;
        marked.is_due || marked.moves >= MARK_AFTER_MOVES || (marked.moves > 0 && is_old)
    };
    let due = keeping.segments.iter().filter(|(_, marked)| is_due(marked)).map(|(code, _)| code.clone());
    let due: Vec<String> = due.take(MARKS_PER_ROUND).collect();
    if due.is_empty() {
        return Ok(true);
    }
    let (moves, marks) = live.with(now, |kept| {
        let mark = |code: &String| Some(mark_of(code, versions[code], kept.index.now(), kept.index.members(code)?));
        let marks: Vec<MarkRow> = due.iter().filter_map(mark).collect();
        let rows = kept.waiting.moves.drain(..).map(|(one, version, why)| row_of(&one, version, why));
        (rows.filter(|row| keeping.segments.contains_key(&row.segment)).collect::<Vec<_>>(), marks)
    })?;
    Ok(write(app, keeping, &moves, &marks).await?)
}

/// What came of holding what is written of a segment against who is in it.
enum Compared {
    NotThere,
    /// Nothing was kept of it so far.
    First(MarkRow),
    Kept(Marked),
}

/// Whoever moved meanwhile waits to be written as found.
fn compare(kept: &mut Kept, code: &str, version: i64, written: Option<Written>) -> Compared {
    // These are among what is found.
    kept.waiting.moves.retain(|(one, ..)| &*one.segment != code);
    let at = kept.index.now();
    let Some(members) = kept.index.members(code) else { return Compared::NotThere };
    let Some(written) = written else { return Compared::First(mark_of(code, version, at, members)) };
    let cause = if written.version == version { Cause::Time } else { Cause::Rule };
    let segment: Arc<str> = Arc::from(code);
    let then = as_now(&kept.index, &written.people);
    let of = |customer: u32, entered: bool, is_renumbered: bool| {
        let one = Move { segment: Arc::clone(&segment), customer, entered, at, cause, is_renumbered };
        (one, version, Why::Found)
    };
    // Others stand for them today.
    let mut moves: Vec<(Move, i64, Why)> = (&written.people - &then).iter().map(|one| of(one, false, true)).collect();
    moves.extend((&then - &written.people).iter().map(|one| of(one, true, true)));
    moves.extend((members - &then).iter().map(|one| of(one, true, false)));
    moves.extend((&then - members).iter().map(|one| of(one, false, false)));
    kept.waiting.moves.extend(moves);
    let is_due = written.version != version;
    Compared::Kept(Marked { at: written.marked_at, moves: written.moves, last: written.last, is_due })
}

fn mark_of(code: &str, version: i64, at: Instant, people: &Set) -> MarkRow {
    MarkRow { segment: code.to_owned(), position: 0, version, at, people: bytes_of(people) }
}

/// In one commit; false where somebody else has, or had, the lease: then nothing was written.
async fn write(app: &App, keeping: &mut Keeping, moves: &[MoveRow], marks: &[MarkRow]) -> Result<bool, StoreError> {
    if moves.is_empty() && marks.is_empty() {
        return Ok(true);
    }
    let mut tx = app.store.write().await?;
    if !take_lease(app, &mut tx, keeping).await? {
        return Ok(false);
    }
    let heads = heads_of(&mut tx, moves).await?;
    // Whoever was erased has no moves.
    let mut moves: Vec<MoveRow> =
        moves.iter().filter(|one| heads.contains_key(&one.customer_number)).cloned().collect();
    // A clock that was set back does not turn the order round.
    for one in &mut moves {
        if let Some(marked) = keeping.segments.get_mut(&one.segment) {
            one.at = one.at.max(marked.last);
            marked.last = one.at;
        }
    }
    tell(app, &mut tx, &moves, &heads).await?;
    table::add(&mut tx, &moves).await?;
    table::add_marks(&mut tx, marks).await?;
    tx.commit().await?;
    for one in &moves {
        if let Some(marked) = keeping.segments.get_mut(&one.segment) {
            marked.moves += 1;
        }
    }
    for mark in marks {
        let last = keeping.segments.get(&mark.segment).map_or(mark.at, |marked| marked.last.max(mark.at));
        keeping.segments.insert(mark.segment.clone(), Marked { at: mark.at, moves: 0, last, is_due: false });
    }
    Ok(true)
}

/// To whom the numbers belong now; those that are nobody's any more are not among them.
async fn heads_of(tx: &mut ReadTx<'_>, moves: &[MoveRow]) -> Result<BTreeMap<i64, i64>, StoreError> {
    let numbers: BTreeSet<i64> = moves.iter().map(|one| one.customer_number).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut heads = customers_of(tx, &numbers).await?;
    let wanted: BTreeSet<i64> = heads.values().copied().collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let there: BTreeSet<i64> = customers::among(tx, &Scope::Everyone, &wanted).await?.into_iter().collect();
    heads.retain(|_, head| there.contains(head));
    Ok(heads)
}

/// Whoever wants to hear of it is told.
async fn tell(
    app: &App,
    tx: &mut WriteTx<'_>,
    moves: &[MoveRow],
    heads: &BTreeMap<i64, i64>,
) -> Result<(), StoreError> {
    if moves.is_empty() {
        return Ok(());
    }
    let subscribers = Subscribers::load(tx).await?;
    let kind = |one: &MoveRow| if one.has_entered { EventType::SegmentEntered } else { EventType::SegmentLeft };
    let happened: Vec<Happened> = moves
        .iter()
        .filter(|one| one.is_told && subscribers.want(kind(one), false))
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
    version: i64,
    marked_at: Instant,
    /// Behind the mark.
    moves: u64,
    /// When the last of them was.
    last: Instant,
}

/// As of an instant; `None` where nothing is kept of it.
pub(super) async fn written(tx: &mut ReadTx<'_>, code: &str, at: Instant) -> Result<Option<Written>, StoreError> {
    Rows::read(tx, code, at).await?.map(Rows::together).transpose()
}

/// What is written, not put together yet.
pub(crate) struct Rows {
    mark: MarkRow,
    steps: Vec<Step>,
}

impl Rows {
    /// As of an instant; `None` where nothing is kept of it.
    pub async fn read(tx: &mut ReadTx<'_>, code: &str, at: Instant) -> Result<Option<Self>, StoreError> {
        let mark = table::mark_at(tx, code, at).await?.filter(|mark| mark.version > NOTHING_KEPT);
        let Some(mark) = mark else { return Ok(None) };
        let steps = table::between(tx, code, mark.position, at).await?;
        Ok(Some(Self { mark, steps }))
    }

    pub(super) fn together(self) -> Result<Written, StoreError> {
        let Self { mark, steps } = self;
        let wrong =
            |_| StoreError::Inconsistency { table: "segment_marks", column: "people", row: mark.segment.clone() };
        let mut people = Set::deserialize_from(mark.people.as_slice()).map_err(wrong)?;
        for step in &steps {
            let Ok(customer) = u32::try_from(step.customer_number) else { continue };
            if step.has_entered {
                people.insert(customer)
            } else {
                people.remove(customer)
            };
        }
        Ok(Written {
            people,
            version: steps.last().map_or(mark.version, |step| step.version),
            marked_at: mark.at,
            moves: steps.len() as u64,
            last: steps.last().map_or(mark.at, |step| step.at),
        })
    }
}

/// From now on nothing is kept of a segment, until somebody keeps it again: who comes in and leaves meanwhile is not known.
pub(crate) async fn break_off(app: &App, tx: &mut WriteTx<'_>, code: &str) -> Result<(), StoreError> {
    table::add_marks(tx, &[mark_of(code, NOTHING_KEPT, app.clock.now(), &Set::new())]).await
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
