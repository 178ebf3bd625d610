//! A round: the index learns what has been committed since the one before.

use super::super::error::SegmentError;
use super::super::known::{Known, Looked, Registry, for_everybody, known_of, runs_of};
use super::super::life::KINDS;
use super::super::register::segments_in_tx;
use super::build::{build, tell_known};
use super::keep_segments::keep_segments;
use super::snapshot::load;
use super::{Kept, Live, Position, Work};
use crate::App;
use crate::consent::SOURCE;
use crate::pipeline::{lines_known, waiting_blocks};
use perennial_domain::activity::is_activity;
use perennial_domain::fact::{AppliedBlock, Fact, FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::Happened;
use perennial_domain::rules::{Has, Rule};
use perennial_domain::time::Instant;
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_index::{Cause, Index, Move};
use perennial_store::{ReadTx, Scope, StoreError, customer_changes, customers, orders, parts, sequences};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Customers in a portion, and profiles that are read whole; where history has more, the index is built anew.
const PROFILES_MAX: usize = 2_000;
/// Portions that a round follows; the next round goes on.
const PORTIONS_MAX: usize = 50;
/// Rounds without a new fact or change after which it is looked whether fields, channels, purposes or values are others: they
/// leave no number.
const LOOKS_PER_REGISTRY: u32 = 8;
/// So many rounds wait for quiet before the index is built anew all the same.
const ROUNDS_WAITED_MAX: u32 = 40;
/// How often history may grow while a round reads.
const TRIES_MAX: usize = 5;

/// What has been committed since the last round, or the first portion of it.
struct News {
    sequence: i64,
    change: i64,
    /// There is more behind it.
    is_more: bool,
    /// Whatever is known of them is read again.
    customers: BTreeSet<i64>,
    /// Of whom a message says nothing but by what they are known: that is read again where it is news.
    named: Vec<(u32, Vec<IdentifierType>)>,
    /// All their facts are read again.
    renewed: BTreeMap<u32, (Vec<Happened>, Cause)>,
    /// Single messages, in the order of blocks.
    facts: Vec<(u32, Happened)>,
}

/// Follows all that was committed before it was called, or builds the index where there is none. While more comes than can be
/// followed, as in an import, it waits until it is quiet and builds anew: then it returns false, and answers are of before.
///
/// # Errors
/// Of the store and of history. Then the round has told the index nothing, or the index is built anew by the next.
pub async fn follow(app: &App, live: &Live) -> Result<bool, SegmentError> {
    let mut work = live.work.lock().await;
    if live.sequence().is_none() && !has_segments(app).await? {
        return Ok(false);
    }
    round(app, live, &mut work).await?;
    Ok(work.position.is_some() && work.waits_at.is_none() && !live.is_behind.load(Ordering::Relaxed))
}

/// Where nobody asks for anything, nothing is kept in memory.
async fn has_segments(app: &App) -> Result<bool, SegmentError> {
    let segments = segments_in_tx(&mut app.store.read().await?).await?;
    Ok(segments.iter().any(|one| one.archived_at.is_none()))
}

pub(super) async fn round(app: &App, live: &Live, work: &mut Work) -> Result<(), SegmentError> {
    let mut is_loaded = false;
    if work.position.is_none() {
        // A file is of before this process: whoever has followed already goes on from nothing.
        is_loaded = live.sequence().is_none() && load(app, live, work).await?;
        if !is_loaded {
            build_when_quiet(app, live, work).await?;
        }
        // What was committed meanwhile is followed at once.
        work.seen = BTreeMap::new();
    }
    let Some(position) = work.position.clone() else { return Ok(()) };
    let mut tx = app.store.read().await?;
    let seen = sequences::all(&mut tx).await?;
    work.rounds = if seen == work.seen { work.rounds + 1 } else { 0 };
    if !work.rounds.is_multiple_of(LOOKS_PER_REGISTRY) {
        return live.with(app.clock.now(), |_| ());
    }
    let registry = Registry::load(&mut tx).await?;
    let value_run = runs_of(&mut tx).await?;
    drop(tx);
    if !registry.has_zone_of(&position.registry) {
        return build(app, live, work).await;
    }
    let is_other = registry != position.registry || value_run != position.value_run;
    let mut position = Position { value_run, registry, ..position };
    // Time stands still until all is told that happened before now.
    live.is_behind.store(true, Ordering::Relaxed);
    let Some(mut is_more) = follow_portions(app, live, work, &mut position).await? else {
        if is_loaded {
            // What is of long ago is no answer.
            *live.write() = None;
        }
        return build_when_quiet(app, live, work).await;
    };
    if is_other {
        tell_everybody(app, live, &position.registry).await?;
    }
    let asked: Vec<Rule> = work.asked.iter().cloned().collect();
    let kept = keep_segments(app, live, &position.segments, &asked).await?;
    let is_changed = is_other || kept != position.segments;
    position.segments = kept;
    if is_changed {
        // That took its time: what came meanwhile is told before time goes on.
        let Some(more) = follow_portions(app, live, work, &mut position).await? else {
            return build_when_quiet(app, live, work).await;
        };
        is_more = more;
    }
    live.is_behind.store(is_more, Ordering::Relaxed);
    work.position = Some(position);
    // What is left is looked for at once.
    work.seen = if is_more { BTreeMap::new() } else { seen };
    Ok(())
}

/// Follows what has been committed, portion by portion, and time up to when that was; whether more is left, or `None` where it
/// cannot be followed. Meanwhile the
/// position is none: where this does not end, the next round builds the index anew.
async fn follow_portions(
    app: &App,
    live: &Live,
    work: &mut Work,
    position: &mut Position,
) -> Result<Option<bool>, SegmentError> {
    for _ in 0..PORTIONS_MAX {
        let begun = app.clock.now();
        let Some(mut news) = news(app, position).await? else { return Ok(None) };
        live.look(app.clock.now(), |kept| note_newcomers(&mut news, &kept.index))?;
        let known = known_of_numbers(app, &position.registry, &news.customers).await?;
        (position.sequence, position.change) = (news.sequence, news.change);
        let is_more = news.is_more;
        // From here on the index is told.
        work.position = None;
        work.waits_at = None;
        let now = app.clock.now();
        live.with(now, |kept| tell(kept, news, known, now))?;
        if !is_more {
            live.advance(begun);
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}

/// Not while facts stream in by the thousand: two rounds in a row see the same last block, or forty have waited.
async fn build_when_quiet(app: &App, live: &Live, work: &mut Work) -> Result<(), SegmentError> {
    let sequence = sequences::current(&mut app.store.read().await?, sequences::APPLIED_SEQUENCE).await?;
    let is_first = live.sequence().is_none();
    work.waited += 1;
    if !is_first && work.waits_at.replace(sequence) != Some(sequence) && work.waited < ROUNDS_WAITED_MAX {
        live.is_behind.store(true, Ordering::Relaxed);
        return Ok(());
    }
    work.waited = 0;
    build(app, live, work).await?;
    live.is_behind.store(false, Ordering::Relaxed);
    Ok(())
}

/// Changes that are kept for whoever follows; who is further behind builds anew.
const CHANGES_KEPT: i64 = 10_000;

/// Removes all changes but the last ten thousand.
pub async fn forget_old_changes(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    let last = customer_changes::last(&mut tx).await?;
    customer_changes::remove_up_to(&mut tx, last - CHANGES_KEPT).await?;
    tx.commit().await
}

/// `None` where history has more than a round can follow, or some of it is no longer there.
async fn news(app: &App, position: &Position) -> Result<Option<News>, SegmentError> {
    for _ in 0..TRIES_MAX {
        let in_history = app.history.last_sequence().await?.unwrap_or(0);
        let mut tx = app.store.read().await?;
        let last = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
        let behind = position.sequence.max(in_history);
        let mut waiting = waiting_blocks(&mut tx, behind, Some(last)).await?;
        let last_change = customer_changes::last(&mut tx).await?;
        let wanted = i64::try_from(PROFILES_MAX).unwrap_or(i64::MAX);
        let changes = customer_changes::after(&mut tx, position.change, wanted).await?;
        drop(tx);
        if i64::try_from(changes.len()) != Ok((last_change - position.change).min(wanted)) {
            return Ok(None);
        }
        let changed = changes.iter().filter_map(|(_, number)| u32::try_from(*number).ok());
        let mut renewed: BTreeMap<u32, Cause> = changed.map(|profile| (profile, Cause::Profile)).collect();
        if in_history > position.sequence {
            // Some of it is in history already: who it is about is read whole.
            let mut touch = |profile| {
                renewed.entry(profile).or_insert(Cause::Profile);
            };
            app.history.visit_changed(position.sequence, &mut touch).await?;
            if renewed.len() > 2 * PROFILES_MAX {
                return Ok(None);
            }
        }
        let sequence = portion(behind, &mut waiting, last);
        let change = changes.last().map_or(position.change, |(position, _)| *position);
        let mut news = News {
            sequence,
            change,
            is_more: sequence < last || change < last_change,
            customers: changes.iter().map(|(_, number)| *number).collect(),
            named: Vec::new(),
            renewed: BTreeMap::new(),
            facts: Vec::new(),
        };
        note_blocks(app, &mut news, &mut renewed, &waiting).await?;
        news.customers.extend(renewed.keys().map(|profile| i64::from(*profile)));
        news.facts.retain(|(profile, _)| !renewed.contains_key(profile));
        // A life is all that is in history and all that is not yet.
        if !renewed.is_empty() && behind > in_history {
            waiting = waiting_blocks(&mut app.store.read().await?, in_history, Some(sequence)).await?;
        }
        let mut rows = rows_of(&renewed, &waiting);
        for (profile, cause) in &renewed {
            let told = facts_of(app, *profile).await?;
            let waiting = rows.remove(profile).unwrap_or_default();
            let life: Vec<Row<'_>> = told.iter().map(HistoryFact::row).chain(waiting).collect();
            news.renewed.insert(*profile, (happened(&life), *cause));
        }
        if app.history.last_sequence().await?.unwrap_or(0) == in_history {
            return Ok(Some(news));
        }
    }
    Err(StoreError::Busy("the history grew while it was read".to_owned()).into())
}

/// Leaves those blocks that go into a portion, and says up to which one that is: whole blocks until there are enough customers.
fn portion(behind: i64, waiting: &mut Vec<(i64, AppliedBlock)>, last: i64) -> i64 {
    let mut customers = BTreeSet::new();
    let mut upto = behind;
    for (sequence, block) in waiting.iter() {
        if customers.len() >= PROFILES_MAX {
            waiting.retain(|(sequence, _)| *sequence <= upto);
            return upto;
        }
        customers.extend(block.facts.iter().filter_map(|one| one.customer));
        upto = *sequence;
    }
    last
}

/// What the blocks behind the position bring. An order that was not known before is one fact, as a message is; what it is
/// otherwise depends on all that was told of it, and the profile is read whole.
async fn note_blocks(
    app: &App,
    news: &mut News,
    renewed: &mut BTreeMap<u32, Cause>,
    waiting: &[(i64, AppliedBlock)],
) -> Result<(), SegmentError> {
    // Of new orders, how many lines they have.
    let mut ordered: BTreeMap<(u32, FactKey), usize> = BTreeMap::new();
    for (_, block) in waiting {
        for one in &block.facts {
            let Some(profile) = one.customer else { continue };
            if says_nothing_else(block, &one.fact) {
                let by = one.fact.identifiers.iter().map(|identifier| identifier.kind).collect();
                news.named.push((profile.0, by));
            } else {
                news.customers.insert(i64::from(profile.0));
            }
            let kind = one.fact.kind;
            let is_new = |ordered: &mut BTreeMap<_, _>| {
                one.first && ordered.insert((profile.0, one.fact.key), one.fact.lines.len()).is_none()
            };
            match kind {
                FactKind::Order if is_new(&mut ordered) => {}
                FactKind::Event | FactKind::Page | FactKind::Screen => {}
                FactKind::Order | FactKind::Gift | FactKind::Refund | FactKind::Cancelled => {
                    renewed.insert(profile.0, Cause::Fact(one.fact.key));
                    continue;
                }
                FactKind::Adjustment
                | FactKind::CustomerUpdate
                | FactKind::Identify
                | FactKind::Group
                | FactKind::Alias
                | FactKind::Unpaid => continue,
            }
            let fact = happened(&[Row::of(block, one)]);
            news.facts.extend(fact.into_iter().map(|fact| (profile.0, fact)));
        }
    }
    for (profile, key) in of_more_than_one_row(app, &ordered).await? {
        renewed.entry(profile).or_insert(Cause::Fact(key));
    }
    Ok(())
}

/// Whether the fact is what somebody did and no more: no trait, no consent, and nothing that the brand wrote down or sent.
fn says_nothing_else(block: &AppliedBlock, fact: &Fact) -> bool {
    let tracked = fact.tracked.as_deref();
    is_activity(fact.kind, tracked.and_then(|tracked| tracked.name.as_deref()))
        && block.source != SOURCE
        && fact.traits.is_empty()
        && tracked.is_some_and(|tracked| tracked.consents.is_empty())
}

/// Whoever is not known yet, or not by identifiers of these types.
fn note_newcomers(news: &mut News, index: &Index) {
    for (profile, by) in std::mem::take(&mut news.named) {
        let knows = |customer: u32| by.iter().all(|kind| index.stands(customer, &Has::Identifier(*kind)));
        if !index.customer(profile).is_some_and(knows) {
            news.customers.insert(i64::from(profile));
        }
    }
}

/// Orders of which more may be known than the one row: of a customer to whom something was given back a cancellation may have come
/// before its order, and where more lines are known, a gift has, or an addition behind it.
async fn of_more_than_one_row(
    app: &App,
    ordered: &BTreeMap<(u32, FactKey), usize>,
) -> Result<Vec<(u32, FactKey)>, SegmentError> {
    if ordered.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = app.store.read().await?;
    let profiles: BTreeSet<i64> = ordered.keys().map(|(profile, _)| i64::from(*profile)).collect();
    let profiles: Vec<i64> = profiles.into_iter().collect();
    let customers = customers_of(&mut tx, &profiles).await?;
    let wanted: BTreeSet<i64> = customers.values().copied().collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let rows = customers::rows_of(&mut tx, &wanted).await?;
    let clean: BTreeSet<i64> =
        rows.iter().filter(|row| row.counters.refund_count == 0).map(|row| row.counters.number).collect();
    let ids: Vec<(i64, [u8; 16])> =
        ordered.keys().map(|(profile, key)| (i64::from(*profile), key.0.to_be_bytes())).collect();
    let lines: HashMap<(i64, [u8; 16]), usize> = orders::load(&mut tx, &ids)
        .await?
        .into_iter()
        .map(|row| ((row.customer_number, row.order_key), lines_known(&row)))
        .collect();
    let is_whole = |(profile, key): &(u32, FactKey), count: usize| {
        let profile = i64::from(*profile);
        customers.get(&profile).is_some_and(|head| clean.contains(head))
            && lines.get(&(profile, key.0.to_be_bytes())) == Some(&count)
    };
    Ok(ordered.iter().filter(|(order, count)| !is_whole(order, **count)).map(|(order, _)| *order).collect())
}

async fn facts_of(app: &App, profile: u32) -> Result<Vec<HistoryFact>, SegmentError> {
    let wanted = FactFilter::of_kinds(Some(&KINDS));
    let mut facts: Vec<HistoryFact> = Vec::new();
    loop {
        let before = facts.last().map(|last| (last.at, last.key));
        let page = app.history.timeline_of(CustomerNumber(profile), &wanted, before, TIMELINE_PAGE_MAX).await?;
        let is_last = page.len() < TIMELINE_PAGE_MAX;
        facts.extend(page);
        if is_last {
            return Ok(facts);
        }
    }
}

/// What waits of these profiles.
fn rows_of<'b>(profiles: &BTreeMap<u32, Cause>, waiting: &'b [(i64, AppliedBlock)]) -> HashMap<u32, Vec<Row<'b>>> {
    let mut found: HashMap<u32, Vec<Row<'b>>> = HashMap::new();
    for (_, block) in waiting {
        for one in &block.facts {
            let Some(profile) = one.customer.filter(|profile| profiles.contains_key(&profile.0)) else { continue };
            let row = Row::of(block, one);
            if row.counts() {
                found.entry(profile.0).or_default().push(row);
            }
        }
    }
    found
}

/// Customers to whom these profiles belong now, and the numbers that are nobody's any more.
struct KnownNow {
    known: Vec<Known>,
    gone: Vec<u32>,
}

async fn known_of_numbers(app: &App, registry: &Registry, numbers: &BTreeSet<i64>) -> Result<KnownNow, SegmentError> {
    let mut tx = app.store.read().await?;
    let numbers: Vec<i64> = numbers.iter().copied().collect();
    let customers = customers_of(&mut tx, &numbers).await?;
    let wanted: BTreeSet<i64> = customers.values().copied().collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let rows = customers::rows_of(&mut tx, &wanted).await?;
    let there: BTreeSet<i64> = rows.iter().map(|row| row.counters.number).collect();
    let known = known_of(&mut tx, registry, &rows, Looked::ALL, app.clock.now()).await?;
    let gone = customers.iter().filter(|(_, customer)| !there.contains(customer));
    let gone = gone.filter_map(|(number, _)| u32::try_from(*number).ok()).collect();
    Ok(KnownNow { known, gone })
}

/// The customer to whom each of these profiles belongs now.
pub(super) async fn customers_of(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<BTreeMap<i64, i64>, StoreError> {
    let mut found: BTreeMap<i64, i64> = numbers.iter().map(|number| (*number, *number)).collect();
    found.extend(parts::together(tx, numbers).await?);
    Ok(found)
}

/// Each fact at its own instant, so that what it moves is not put down to time.
fn tell(kept: &mut Kept, news: News, known: KnownNow, now: Instant) {
    let mut moves = Vec::new();
    let Kept { index, sequence, .. } = kept;
    let new: BTreeSet<u32> =
        known.known.iter().map(|one| one.customer).filter(|customer| index.customer(*customer).is_none()).collect();
    for one in known.known {
        moves.extend(tell_known(index, one));
    }
    // Behind the others: who was parted from somebody who is gone is no longer a part of them then.
    for number in known.gone {
        index.gone(number);
    }
    let mut facts = news.facts;
    for (profile, (mut life, cause)) in news.renewed {
        let Some(customer) = index.customer(profile) else { continue };
        if new.contains(&customer) {
            // What they did since the index last looked follows below: else they had done nothing up to then.
            let now = index.now();
            facts.extend(life.extract_if(.., |fact| fact.at > now).map(|fact| (profile, fact)));
        }
        moves.extend(index.renewed(profile, &life, cause));
    }
    if !new.is_empty() {
        facts.sort_by_key(|(_, fact)| fact.at);
    }
    for (profile, fact) in facts {
        moves.extend(index.advance(fact.at.min(now)));
        // Of somebody who was erased meanwhile nothing is told.
        if index.customer(profile).is_some() {
            moves.extend(index.fact(profile, &fact));
        }
    }
    if !new.is_empty() {
        moves = without_passing(moves, &new);
    }
    *sequence = news.sequence;
    kept.note(moves);
}

/// Somebody new is known before their facts are: for that moment they are in segments of those who did nothing. They were never in
/// them.
fn without_passing(mut moves: Vec<Move>, new: &BTreeSet<u32>) -> Vec<Move> {
    let mut last: BTreeSet<(Arc<str>, u32)> = BTreeSet::new();
    moves.reverse();
    moves.retain(|one| {
        !new.contains(&one.customer) || (last.insert((Arc::clone(&one.segment), one.customer)) && one.entered)
    });
    moves.reverse();
    moves
}

/// What rows of customers mean has changed, or all values are new.
pub(super) async fn tell_everybody(app: &App, live: &Live, registry: &Registry) -> Result<(), SegmentError> {
    for_everybody(app, &Scope::Everyone, registry, Looked::ALL, |known| {
        live.with(app.clock.now(), |kept| {
            let moves = tell_known(&mut kept.index, known);
            kept.note(moves);
        })
    })
    .await?;
    // The parts of all customers are others now.
    live.with(app.clock.now(), |kept| {
        let moves = kept.index.renew_thresholds();
        kept.note(moves);
    })
}
