//! Who meets a rule, how many they are, and how many each clause would be alone.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::read::{RuleText, usable};
use super::build::settle_thresholds;
use super::follow::round;
use super::keep_segments::prepare;
use super::{BackFill, Kept, Live};
use crate::App;
use crate::access::{Actor, require};
use crate::customers::{CustomerItem, items_of};
use perennial_domain::access::Right;
use perennial_domain::consent::Decision;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::oracle::Thresholds;
use perennial_domain::rules::text::print;
use perennial_domain::rules::{Clause, Has, Rule, Tree, reads};
use perennial_domain::time::Instant;
use perennial_index::Set;
use perennial_store::{Scope, customers as table};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Rules beside the segments for which something is kept.
const ASKED_MAX: usize = 20;
/// New measures and sequences of one rule.
const SUBJECTS_MAX: usize = 20;
/// Clauses that are counted alone.
const CLAUSES_MAX: usize = 20;

/// How many customers a rule means.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    pub rule: Rule,
    pub count: u64,
    /// Of how many.
    pub everybody: u64,
    /// Each clause by itself.
    pub clauses: Vec<Alone>,
    /// The instant that the answer is of.
    pub as_of: Instant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Alone {
    /// The clause as text.
    pub text: String,
    /// Of how many it holds.
    pub count: u64,
    /// How many the rule would mean without it: what the clause takes away, or adds.
    pub without: u64,
}

/// A page of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Members {
    pub items: Vec<CustomerItem>,
    /// All of them whom the actor sees.
    pub count: u64,
    /// Behind whom the next page begins.
    pub next: Option<u32>,
    pub as_of: Instant,
}

/// Counts the customers whom the actor sees.
pub async fn count_rule(app: &App, live: &Arc<Live>, actor: &Actor, told: &RuleText) -> Result<Counted, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let rule = usable(told, &catalogue_in_tx(&mut app.store.read().await?).await?)?;
    ready(app, live, &rule).await?;
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| {
        let count = |rule: &Rule| match &seen {
            Some(seen) => Ok::<u64, SegmentError>(who(kept, rule)?.intersection_len(seen)),
            None => kept.index.count(rule).map_err(|_| SegmentError::Behind),
        };
        let clauses = rule.leaves();
        let alone = clauses.iter().take(CLAUSES_MAX).enumerate().map(|(place, clause)| {
            let text = print(&Tree::Leaf((*clause).clone()));
            let count_alone = count(&Tree::Leaf((*clause).clone()))?;
            Ok(Alone { text, count: count_alone, without: count(&without(&rule, place))? })
        });
        let everybody = seen.as_ref().map_or_else(|| kept.index.everybody().len(), Set::len);
        Ok(Counted {
            count: count(&rule)?,
            everybody,
            clauses: alone.collect::<Result<_, SegmentError>>()?,
            as_of: kept.index.now(),
            rule: rule.clone(),
        })
    })?
}

/// People whom a rule means, by their numbers.
pub async fn people_of_rule(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    told: &RuleText,
    after: Option<u32>,
    limit: usize,
) -> Result<Members, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let rule = usable(told, &catalogue_in_tx(&mut app.store.read().await?).await?)?;
    ready(app, live, &rule).await?;
    let (set, as_of) =
        live.look(app.clock.now(), |kept| Ok::<_, SegmentError>((who(kept, &rule)?, kept.index.now())))??;
    page(app, actor, set, as_of, after, limit).await
}

/// People in a segment, by their numbers.
pub async fn members_of(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    after: Option<u32>,
    limit: usize,
) -> Result<Members, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let (set, as_of) = set_of(app, live, code).await?;
    page(app, actor, set, as_of, after, limit).await
}

/// The numbers of a segment's members who agreed to a purpose and whom the actor sees.
pub(crate) async fn granted_members(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    purpose: &str,
) -> Result<Vec<i64>, SegmentError> {
    let (members, _) = set_of(app, live, code).await?;
    let granted = granted_to(app, live, actor, purpose).await?;
    Ok((&members & &granted).iter().map(i64::from).collect())
}

/// Whoever agreed to a purpose and whom the actor sees.
pub(crate) async fn granted_to(app: &App, live: &Arc<Live>, actor: &Actor, purpose: &str) -> Result<Set, SegmentError> {
    let consent = Has::Consent { purpose: purpose.to_owned(), channel: None, decision: Decision::Granted };
    let rule = Tree::Leaf(Clause::Has(consent));
    let catalogue = catalogue_in_tx(&mut app.store.read().await?).await?;
    if !catalogue.purposes.contains(purpose) {
        return Err(SegmentError::field("purpose", "the code of a purpose that is asked for consent"));
    }
    ready(app, live, &rule).await?;
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| Ok(narrowed(who(kept, &rule)?, seen.as_ref())))?
}

/// Who is in a segment, and as of when.
pub(super) async fn set_of(app: &App, live: &Arc<Live>, code: &str) -> Result<(Set, Instant), SegmentError> {
    // One that was just made is there with the next round.
    let is_kept = live.peek(|kept| kept.index.members(code).is_some()).unwrap_or(false);
    if !is_kept {
        a_round(app, live).await?;
    }
    live.look(app.clock.now(), |kept| {
        let members = kept.index.members(code).cloned().ok_or(SegmentError::NoSegment)?;
        Ok((members, kept.index.now()))
    })?
}

/// How many are in each segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentCounts {
    pub counts: BTreeMap<String, u64>,
    pub as_of: Instant,
    /// Segments that are not in their newest version so far.
    pub back_fill: Option<BackFill>,
}

/// How many of the customers whom the actor sees are in each segment.
pub async fn segment_counts(app: &App, live: &Arc<Live>, actor: &Actor) -> Result<SegmentCounts, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let seen = seen_by(app, actor.scope()).await?;
    if live.sequence().is_none() {
        a_round(app, live).await?;
    }
    live.look(app.clock.now(), |kept| {
        let count = |members: &Set| seen.as_ref().map_or_else(|| members.len(), |seen| members.intersection_len(seen));
        let counts = kept.index.segments().map(|(code, members)| (code.to_owned(), count(members))).collect();
        SegmentCounts { counts, as_of: kept.index.now(), back_fill: live.back_fill() }
    })
}

impl Live {
    /// Who is in a segment, as the last round left it; `None` where it is not kept.
    pub(crate) fn members(&self, code: &str) -> Option<Set> {
        self.peek(|kept| kept.index.members(code).cloned()).flatten()
    }
}

/// Who is in some segments at one instant.
pub(crate) struct SegmentSets {
    /// In the order in which they were asked for; empty where a segment is not kept.
    pub sets: Vec<Set>,
    pub everybody: Set,
    pub as_of: Instant,
}

/// Of the customers whom the actor sees.
pub(crate) async fn segment_sets(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    codes: &[&str],
) -> Result<SegmentSets, SegmentError> {
    let seen = seen_by(app, actor.scope()).await?;
    // Those that were just made are there with the next round.
    let is_kept = live.peek(|kept| codes.iter().all(|code| kept.index.members(code).is_some())).unwrap_or(false);
    if !is_kept {
        a_round(app, live).await?;
    }
    live.look(app.clock.now(), |kept| {
        let of = |code: &&str| narrowed(kept.index.members(code).cloned().unwrap_or_default(), seen.as_ref());
        SegmentSets {
            sets: codes.iter().map(of).collect(),
            everybody: narrowed(kept.index.everybody().clone(), seen.as_ref()),
            as_of: kept.index.now(),
        }
    })
}

/// In which of these segments a customer is, in the order in which they were asked for, and as of when. Who may see the customer
/// is for the caller to say.
pub(crate) async fn is_in_segments(
    app: &App,
    live: &Arc<Live>,
    customer: CustomerNumber,
    codes: &[&str],
) -> Result<(Vec<bool>, Instant), SegmentError> {
    let is_kept = live.peek(|kept| codes.iter().all(|code| kept.index.members(code).is_some())).unwrap_or(false);
    if !is_kept {
        a_round(app, live).await?;
    }
    live.look(app.clock.now(), |kept| {
        let has = |code: &&str| kept.index.members(code).is_some_and(|members| members.contains(customer.0));
        (codes.iter().map(has).collect(), kept.index.now())
    })
}

/// The thresholds that a rule stands on, as the index has them.
pub(crate) async fn thresholds_of(app: &App, live: &Arc<Live>, rule: &Rule) -> Result<Thresholds, SegmentError> {
    if reads(rule).quantiles.is_empty() {
        return Ok(Thresholds::new());
    }
    ready(app, live, rule).await?;
    live.look(app.clock.now(), |kept| kept.index.known_thresholds().clone())
}

/// The index answers this rule after this. What is lacking is gathered by a task of its own: it goes on where whoever asks goes
/// away, and the next who asks finds what it did.
pub(super) async fn ready(app: &App, live: &Arc<Live>, rule: &Rule) -> Result<(), SegmentError> {
    if live.peek(|kept| has_lacks(kept, rule)).unwrap_or(true) {
        let (app, live, rule) = (app.clone(), Arc::clone(live), rule.clone());
        let gathered = tokio::spawn(async move { gather(&app, &live, rule).await });
        gathered.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))??;
    }
    if live.peek(|kept| kept.index.lacks(rule).thresholds.is_empty()).unwrap_or(false) {
        return Ok(());
    }
    live.with(app.clock.now(), |kept| settle_thresholds(kept, rule))
}

async fn gather(app: &App, live: &Live, rule: Rule) -> Result<(), SegmentError> {
    let mut work = live.work.lock().await;
    round(app, live, &mut work).await?;
    let new = live.with(app.clock.now(), |kept| kept.index.lacks(&rule).subjects.len())?;
    if new > SUBJECTS_MAX {
        return Err(SegmentError::field("rule", "at most 20 measures and sequences that no segment has"));
    }
    // Nothing is followed meanwhile, so time stands still too.
    live.is_behind.store(true, Ordering::Relaxed);
    work.seen = BTreeMap::new();
    prepare(app, live, std::slice::from_ref(&rule), |_| {}).await?;
    work.asked.push_back(rule);
    if work.asked.len() > ASKED_MAX {
        work.asked.pop_front();
    }
    let asked: Vec<Rule> = work.asked.iter().cloned().collect();
    live.with(app.clock.now(), |kept| kept.index.let_go_but(&asked))?;
    round(app, live, &mut work).await
}

pub(super) async fn a_round(app: &App, live: &Arc<Live>) -> Result<(), SegmentError> {
    let (app, live) = (app.clone(), Arc::clone(live));
    let round = tokio::spawn(async move {
        let mut work = live.work.lock().await;
        round(&app, &live, &mut work).await
    });
    round.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))?
}

fn has_lacks(kept: &Kept, rule: &Rule) -> bool {
    let lacks = kept.index.lacks(rule);
    !lacks.fields.is_empty() || !lacks.subjects.is_empty()
}

pub(super) fn who(kept: &Kept, rule: &Rule) -> Result<Set, SegmentError> {
    kept.index.who(rule).map_err(|_| SegmentError::Behind)
}

/// Whom somebody sees; `None` where that is everybody.
pub(super) async fn seen_by(app: &App, scope: &Scope) -> Result<Option<Set>, SegmentError> {
    if scope.is_everyone() {
        return Ok(None);
    }
    let numbers = table::numbers_within(&mut app.store.read().await?, scope).await?;
    Ok(Some(numbers.into_iter().filter_map(|number| u32::try_from(number).ok()).collect()))
}

pub(super) fn narrowed(set: Set, seen: Option<&Set>) -> Set {
    match seen {
        Some(seen) => set & seen,
        None => set,
    }
}

pub(crate) async fn page(
    app: &App,
    actor: &Actor,
    set: Set,
    as_of: Instant,
    after: Option<u32>,
    limit: usize,
) -> Result<Members, SegmentError> {
    let set = narrowed(set, seen_by(app, actor.scope()).await?.as_ref());
    let from = after.map_or(0, |after| after.saturating_add(1));
    let mut wanted: Vec<i64> = set.range(from..).take(limit + 1).map(i64::from).collect();
    let has_more = wanted.len() > limit;
    wanted.truncate(limit);
    let next = wanted.last().filter(|_| has_more).and_then(|last| u32::try_from(*last).ok());
    let items = items_of(app, actor, &wanted).await.map_err(SegmentError::of_customers)?;
    Ok(Members { items, count: set.len(), next, as_of })
}

/// The rule as if that clause were not written. An "and" or an "or" of which nothing is left is not written either.
fn without(rule: &Rule, place: usize) -> Rule {
    let mut left = place;
    pruned(rule, &mut left).unwrap_or_else(|| Tree::All(Vec::new()))
}

fn pruned(rule: &Rule, left: &mut usize) -> Option<Rule> {
    let of = |children: &[Rule], left: &mut usize| -> Vec<Rule> {
        children.iter().filter_map(|child| pruned(child, left)).collect()
    };
    match rule {
        Tree::Leaf(clause) => {
            let is_it = *left == 0;
            *left = left.wrapping_sub(1);
            (!is_it).then(|| Tree::Leaf(clause.clone()))
        }
        Tree::Not(child) => pruned(child, left).map(Tree::negated),
        Tree::All(children) => {
            let kept = of(children, left);
            (!kept.is_empty() || children.is_empty()).then_some(Tree::All(kept))
        }
        Tree::Any(children) => {
            let kept = of(children, left);
            (!kept.is_empty() || children.is_empty()).then_some(Tree::Any(kept))
        }
    }
}
