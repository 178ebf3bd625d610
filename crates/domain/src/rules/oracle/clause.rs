//! The answer to one clause.

use super::View;
use super::facts::{Item, items};
use super::history::{History, State};
use super::quantity::{Found, Quantity, Unit};
use super::test::{next_change, passes_now};
use crate::fact::FactKey;
use crate::rules::calendar::{self, Interval, counts};
use crate::rules::reads::Operand;
use crate::rules::tree::{Anchor, Clause, Condition, Has, Measure, Take, Test, Window};
use crate::rules::value::Value;
use crate::time::Instant;
use std::cmp::Ordering;
use std::collections::HashSet;

pub(super) struct Answer {
    pub holds: bool,
    pub found: Found,
    /// Keys of the facts that decided, in the order of time.
    pub facts: Vec<FactKey>,
    /// The next instant at which passing of time may change anything of this.
    pub may_flip_at: Option<Instant>,
}

pub(super) fn answer(clause: &Clause, history: &History, view: View<'_>) -> Answer {
    match clause {
        Clause::Has(has) => of_state(has, history, view),
        Clause::Field { name, test } => {
            let found = Found::Values(history.fields.get(name).cloned().unwrap_or_default());
            let judged = judge_field(name, test, &found, view);
            Answer { holds: judged.holds, found, facts: Vec::new(), may_flip_at: judged.may_flip_at }
        }
        Clause::Measure { measure, test } => {
            let Measured { found, facts, next_change } = measured(measure, history, view);
            let judged = judge_measure(measure, test, &found, !facts.is_empty(), view);
            let may_flip_at = earliest([next_change, judged.may_flip_at]);
            Answer { holds: judged.holds, found, facts, may_flip_at }
        }
        Clause::Sequence(sequence) => super::sequence::answer(sequence, history, view),
    }
}

/// What a measure comes to.
pub struct Measured {
    pub found: Found,
    /// Those that were taken, in the order of time.
    pub facts: Vec<FactKey>,
    /// When next passing of time may change it.
    pub next_change: Option<Instant>,
}

pub fn measured(measure: &Measure, history: &History, view: View<'_>) -> Measured {
    let timed = timed(items(&measure.facts, history, view), &measure.window, history, view);
    let counted: Vec<Item<'_>> = timed.counted(view.now).collect();
    let (found, facts) = take(&measure.take, &counted);
    Measured { found, facts, next_change: timed.next_change(view.now) }
}

/// What a test says, and when passing of time alone may make it say something else of the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    pub holds: bool,
    pub may_flip_at: Option<Instant>,
}

/// A test of what a field came to.
pub fn judge_field(name: &str, test: &Test, found: &Found, view: View<'_>) -> Judged {
    judge(test, found, &|| Operand::Field(name.to_owned()), view)
}

/// A test of what a measure came to. Who did nothing of it is none of those whose largest or smallest part is meant.
pub fn judge_measure(measure: &Measure, test: &Test, found: &Found, did_something: bool, view: View<'_>) -> Judged {
    if test.is_quantile() && !did_something {
        return Judged { holds: false, may_flip_at: None };
    }
    judge(test, found, &|| Operand::Measure(Box::new(measure.clone())), view)
}

fn judge(test: &Test, found: &Found, operand: &dyn Fn() -> Operand, view: View<'_>) -> Judged {
    Judged { holds: passes_now(test, found, operand, view), may_flip_at: next_change(test, found, view) }
}

/// The answer to one clause, without its reasons.
pub fn judge_clause(clause: &Clause, history: &History, view: View<'_>) -> Judged {
    let answer = answer(clause, history, view);
    Judged { holds: answer.holds, may_flip_at: answer.may_flip_at }
}

fn of_state(has: &Has, history: &History, view: View<'_>) -> Answer {
    let is_meant = |state: &&State| match (has, &state.has) {
        (Has::Channel(None), Has::Channel(Some(_))) => true,
        (wanted, own) => wanted == own,
    };
    let own: Vec<Interval> = history.states.iter().filter(is_meant).map(|state| state.interval).collect();
    let since = own.iter().filter(|interval| interval.contains(view.now)).map(|interval| interval.from).min();
    Answer {
        holds: since.is_some(),
        found: Found::Values(since.map(Value::Instant).into_iter().collect()),
        facts: Vec::new(),
        may_flip_at: own.iter().filter_map(|interval| interval.next_change(view.now)).min(),
    }
}

/// Facts with the intervals in which they count, as things are seen now.
pub(super) struct Timed<'h> {
    items: Vec<(Item<'h>, Interval)>,
    /// When next something happens that the window stands around.
    anchor_change: Option<Instant>,
}

impl<'h> Timed<'h> {
    pub fn counted(&self, now: Instant) -> impl Iterator<Item = Item<'h>> {
        self.items.iter().filter(move |(_, interval)| interval.contains(now)).map(|(item, _)| *item)
    }

    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        let own = self.items.iter().filter_map(|(_, interval)| interval.next_change(now)).min();
        earliest([own, self.anchor_change])
    }
}

pub(super) fn timed<'h>(items: Vec<Item<'h>>, window: &Window, history: &History, view: View<'_>) -> Timed<'h> {
    let (anchor, anchor_change) = anchor_of(window, history, view);
    let with_interval = |item: Item<'h>| Some((item, counts(window, item.at(), anchor, view.zone)?));
    Timed { items: items.into_iter().filter_map(with_interval).collect(), anchor_change }
}

/// Where the window stands, and when next that may become another instant.
fn anchor_of(window: &Window, history: &History, view: View<'_>) -> (Option<Instant>, Option<Instant>) {
    let Window::Around { anchor, .. } = window else { return (None, None) };
    let facts = match anchor {
        Anchor::First(facts) | Anchor::Last(facts) => facts,
        Anchor::Field(name) => {
            let values = history.fields.get(name).into_iter().flatten();
            return (values.into_iter().find_map(|value| calendar::anchor(value, view.zone)), None);
        }
    };
    let all: Vec<Instant> = items(facts, history, view).into_iter().map(Item::at).collect();
    let mut happened = all.iter().filter(|at| **at <= view.now).copied();
    let at = if matches!(anchor, Anchor::First(_)) { happened.next() } else { happened.next_back() };
    (at, all.iter().find(|at| **at > view.now).copied())
}

fn take(take: &Take, counted: &[Item<'_>]) -> (Found, Vec<FactKey>) {
    let Some(name) = take.property() else {
        let keys = keys(counted.iter());
        let found = match take {
            Take::Share { part, .. } => Found::quantity(share_of_count(part, counted)),
            _ => Found::Quantity(Quantity::count(counted.len())),
        };
        return (found, keys);
    };
    let valued: Vec<(Item<'_>, Vec<Value>)> = counted
        .iter()
        .map(|item| (*item, item.values(name).into_owned()))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let all = || valued.iter().flat_map(|(_, values)| values);
    let found = match take {
        Take::First(_) | Take::Last(_) => {
            let one = if matches!(take, Take::First(_)) { valued.first() } else { valued.last() };
            let found = one.map_or_else(Found::nothing, |(_, values)| Found::Values(values.clone()));
            return (found, keys(one.iter().map(|(item, _)| item)));
        }
        Take::Min(_) | Take::Max(_) => {
            let side = if matches!(take, Take::Min(_)) { Ordering::Less } else { Ordering::Greater };
            let Some(best) = best(all(), side) else { return (Found::nothing(), Vec::new()) };
            let with = valued.iter().filter(|(_, values)| values.contains(&best)).map(|(item, _)| item);
            let keys = keys(with);
            return (Found::Values(vec![best]), keys);
        }
        Take::Sum(_) => Found::Quantity(Quantity::sum(all(), Unit::of_all(all())).0),
        Take::Average(_) => {
            let (sum, count) = Quantity::sum(all(), Unit::of_all(all()));
            Found::quantity(Quantity::average(sum, count))
        }
        Take::Distinct(_) => Found::Quantity(Quantity::count(all().collect::<HashSet<_>>().len())),
        Take::Share { part, .. } => {
            let of_part = valued.iter().filter(|(item, _)| item.meets(part)).flat_map(|(_, values)| values);
            let unit = Unit::of_all(all());
            Found::quantity(Quantity::share(Quantity::sum(of_part, unit).0, Quantity::sum(all(), unit).0))
        }
        Take::Count => Found::nothing(),
    };
    (found, keys(valued.iter().map(|(item, _)| item)))
}

fn share_of_count(part: &Condition, counted: &[Item<'_>]) -> Option<Quantity> {
    let of_part = counted.iter().filter(|item| item.meets(part)).count();
    Quantity::share(Quantity::count(of_part), Quantity::count(counted.len()))
}

/// The smallest or the largest of those that have an order.
fn best<'a>(values: impl Iterator<Item = &'a Value>, side: Ordering) -> Option<Value> {
    let mut best: Option<&Value> = None;
    for value in values.filter(|value| value.kind().has_order()) {
        let is_better = best.is_none_or(|best| value.compare(best) == Some(side));
        best = if is_better { Some(value) } else { best };
    }
    best.cloned()
}

/// Each once.
fn keys<'i, 'h: 'i>(items: impl Iterator<Item = &'i Item<'h>>) -> Vec<FactKey> {
    let mut keys: Vec<FactKey> = items.map(|item| item.key()).collect();
    keys.dedup();
    keys
}

pub(super) fn earliest<const N: usize>(instants: [Option<Instant>; N]) -> Option<Instant> {
    instants.into_iter().flatten().min()
}
