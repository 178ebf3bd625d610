//! Why a rule holds for a customer, and until when.
//!
//! What the rule says of other segments is answered by their rules, at the same instant; which facts decided there is said
//! below them. Invariant: the parts of a segment are told once in an answer, where it is named first, and of so many parts that
//! nobody reads them not at all: the stages of a layer name each other all over.

use super::catalogue::catalogue_in_tx;
use super::error::SegmentError;
use super::life::life_of;
use super::live::{Live, thresholds_of};
use super::read::{RuleText, usable};
use super::register::segments_in_tx;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{
    self, Explanation, Flip, History, Kind, NoThreshold, State, Thresholds, View, next_flip,
};
use perennial_domain::rules::text::print;
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{Clause, Has, Rule, Tree, reads};
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Turns of a segment that are looked ahead for a rule that stands on it.
const TURNS_MAX: usize = 4;
/// Segments within segments whose parts are shown.
const DEPTH_SHOWN_MAX: usize = 3;
/// Parts of an answer: beside them no segment is opened any more.
const PARTS_SHOWN_MAX: usize = 2_000;

/// Which rule is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Rule(RuleText),
    /// By its code.
    Segment(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    pub customer: CustomerNumber,
    /// When the customer was looked at.
    pub as_of: Instant,
    pub rule: Rule,
    pub holds: bool,
    /// What passing of time alone does next; none where the answer stays for good.
    pub flip: Option<Flip>,
    /// The tree of the rule, each part ticked or not.
    pub tree: Part,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// `and`, `or`, `not` or `clause`.
    pub kind: &'static str,
    /// Of a clause, as the text form has it.
    pub text: Option<String>,
    pub holds: bool,
    /// What its field or measure came to, or since when a state stands.
    pub found: Vec<Value>,
    /// The newest facts that decided.
    pub facts: Vec<Deciding>,
    pub facts_count: usize,
    /// Before this instant nothing changes here by passing of time.
    pub may_flip_at: Option<Instant>,
    /// What it is put together from; of a segment that is named for the first time, the parts of its rule.
    pub parts: Vec<Part>,
}

/// A fact that decided; the timeline has it under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deciding {
    pub key: FactKey,
    pub at: Instant,
    pub kind: FactKind,
    /// Of an event its name, of an order or a refund the number.
    pub name: Option<String>,
}

/// Of a customer whom the actor sees. The parts of all customers that a rule stands on come from the live index, where there is
/// one.
pub async fn explain(
    app: &App,
    live: Option<&Arc<Live>>,
    actor: &Actor,
    asked: &Asked,
    customer: CustomerNumber,
) -> Result<Explained, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let segments: BTreeMap<String, Rule> =
        segments_in_tx(&mut tx).await?.into_iter().map(|one| (one.code, one.newest.rule)).collect();
    drop(tx);
    let rule = match asked {
        Asked::Rule(told) => usable(told, &catalogue)?,
        Asked::Segment(code) => segments.get(code).cloned().ok_or(SegmentError::NoSegment)?,
    };
    let thresholds = match live {
        Some(live) => thresholds_of(app, live, &with_segments(&rule, &segments)).await?,
        None => Thresholds::new(),
    };
    let life = life_of(app, actor, customer).await?;
    let (customer, as_of) = (life.customer, life.as_of);
    // A long life takes its time.
    let answered = tokio::task::spawn_blocking(move || {
        let view = View { now: life.as_of, zone: &life.zone, thresholds: &thresholds, line_names: &catalogue.lines };
        let answered = answer(&rule, life.history, &segments, view);
        answered.map(|(holds, flip, tree)| (rule, holds, flip, tree))
    });
    let (rule, holds, flip, tree) = answered.await.map_err(|error| SegmentError::BrokeOff(error.to_string()))??;
    Ok(Explained { customer, as_of, rule, holds, flip, tree })
}

/// The rule beside those that it stands on.
fn with_segments(rule: &Rule, segments: &BTreeMap<String, Rule>) -> Rule {
    let mut all = vec![rule.clone()];
    let mut named: BTreeSet<String> = reads(rule).segments;
    let mut done = BTreeSet::new();
    while let Some(code) = named.pop_first() {
        if let Some(rule) = segments.get(&code).filter(|_| done.insert(code.clone())) {
            named.extend(reads(rule).segments);
            all.push(rule.clone());
        }
    }
    Tree::Any(all)
}

fn answer(
    rule: &Rule,
    history: History,
    segments: &BTreeMap<String, Rule>,
    view: View<'_>,
) -> Result<(bool, Option<Flip>, Part), NoThreshold> {
    let mut known = Known { segments, history, settled: BTreeSet::new(), sure_until: None };
    known.settle(rule, view)?;
    let explanation = oracle::explain(rule, &known.history, view)?;
    let flip = next_flip(rule, &known.history, view)?;
    // Behind what was looked ahead of a segment nothing is sure.
    let flip = match (flip, known.sure_until) {
        (Some(flip), Some(until)) if flip.at() > until => Some(Flip::LookAgainAt(until)),
        (None, Some(until)) => Some(Flip::LookAgainAt(until)),
        (flip, _) => flip,
    };
    let facts: HashMap<FactKey, Deciding> = known.history.facts.iter().map(|one| (one.key, deciding(one))).collect();
    let mut shown = Shown { parts: size_of(rule), opened: BTreeSet::new() };
    let tree = known.part_of(&explanation, &facts, view, &mut shown, 0)?;
    Ok((explanation.holds, flip, tree))
}

/// What an answer has so far.
struct Shown<'r> {
    parts: usize,
    opened: BTreeSet<&'r str>,
}

impl<'r> Shown<'r> {
    /// Whether the parts of a segment are told here.
    fn opens(&mut self, code: &'r str, rule: &Rule) -> bool {
        let parts = self.parts + size_of(rule);
        let opens = parts <= PARTS_SHOWN_MAX && self.opened.insert(code);
        self.parts = if opens { parts } else { self.parts };
        opens
    }
}

fn size_of(rule: &Rule) -> usize {
    match rule {
        Tree::All(parts) | Tree::Any(parts) => 1 + parts.iter().map(size_of).sum::<usize>(),
        Tree::Not(part) => 1 + size_of(part),
        Tree::Leaf(_) => 1,
    }
}

/// A life with what its segments are now and next.
struct Known<'s> {
    segments: &'s BTreeMap<String, Rule>,
    history: History,
    settled: BTreeSet<String>,
    /// Until when that is so, where it was not looked ahead for good.
    sure_until: Option<Instant>,
}

impl<'s> Known<'s> {
    /// Adds when the segments that the rule stands on hold. They stand on each other in no circle.
    fn settle(&mut self, rule: &Rule, view: View<'_>) -> Result<(), NoThreshold> {
        for code in reads(rule).segments {
            let Some(own) = self.segments.get(&code).filter(|_| !self.settled.contains(&code)) else { continue };
            self.settled.insert(code.clone());
            self.settle(own, view)?;
            let (intervals, sure_until) = turns(own, &self.history, view)?;
            let state = |interval| State { has: Has::Segment(code.clone()), interval };
            self.history.states.extend(intervals.into_iter().map(state));
            self.sure_until = [self.sure_until, sure_until].into_iter().flatten().min();
        }
        Ok(())
    }

    fn part_of(
        &self,
        one: &Explanation<'_>,
        facts: &HashMap<FactKey, Deciding>,
        view: View<'_>,
        shown: &mut Shown<'s>,
        depth: usize,
    ) -> Result<Part, NoThreshold> {
        let (kind, text) = match one.rule {
            Tree::All(_) => ("and", None),
            Tree::Any(_) => ("or", None),
            Tree::Not(_) => ("not", None),
            Tree::Leaf(_) => ("clause", Some(print(one.rule))),
        };
        let segment = match one.rule {
            Tree::Leaf(Clause::Has(Has::Segment(code))) => self.segments.get_key_value(code),
            _ => None,
        };
        let mut parts = Vec::with_capacity(one.parts.len());
        for part in &one.parts {
            parts.push(self.part_of(part, facts, view, shown, depth)?);
        }
        if let Some((_, rule)) = segment.filter(|(code, rule)| depth < DEPTH_SHOWN_MAX && shown.opens(code, rule)) {
            let own = oracle::explain(rule, &self.history, view)?;
            parts.push(self.part_of(&own, facts, view, shown, depth + 1)?);
        }
        Ok(Part {
            kind,
            text,
            holds: one.holds,
            // Since when somebody is in a segment is not known.
            found: if segment.is_some() { Vec::new() } else { one.found.shown() },
            facts: one.facts.iter().filter_map(|key| facts.get(key).cloned()).collect(),
            facts_count: one.facts_count,
            may_flip_at: one.may_flip_at,
            parts,
        })
    }
}

/// From now on, when a rule holds, and until when that is sure where it turns again and again.
fn turns(rule: &Rule, history: &History, view: View<'_>) -> Result<(Vec<Interval>, Option<Instant>), NoThreshold> {
    let mut open = oracle::holds(rule, history, view)?.then_some(view.now);
    let mut intervals = Vec::new();
    let mut sure_until = None;
    let mut at = view.now;
    for turn in 0..=TURNS_MAX {
        match next_flip(rule, history, View { now: at, ..view })? {
            None => break,
            Some(flip) if turn == TURNS_MAX => sure_until = Some(flip.at()),
            Some(Flip::LookAgainAt(until)) => {
                sure_until = Some(until);
                break;
            }
            Some(Flip::TurnsAt(next)) => {
                match open.take() {
                    Some(from) => intervals.push(Interval::new(from, Some(next))),
                    None => open = Some(next),
                }
                at = next;
            }
        }
    }
    intervals.extend(open.map(|from| Interval::new(from, None)));
    Ok((intervals, sure_until))
}

fn deciding(one: &oracle::Happened) -> Deciding {
    let number = || match one.properties.get("order_no").map(Vec::as_slice) {
        Some([Value::Text(number)]) => Some(number.clone()),
        _ => None,
    };
    let (kind, name) = match &one.kind {
        Kind::Order => (FactKind::Order, number()),
        Kind::Refund => (FactKind::Refund, number()),
        Kind::Event(name) => (FactKind::Event, Some(name.clone())),
        Kind::Page => (FactKind::Page, None),
        Kind::Screen => (FactKind::Screen, None),
    };
    Deciding { key: one.key, at: one.at, kind, name }
}
