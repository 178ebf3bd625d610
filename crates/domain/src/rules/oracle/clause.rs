//! The answer to one clause.

use super::View;
use super::facts::{Item, items};
use super::history::{History, State};
use super::quantity::{Found, Quantity};
use super::test::{next_change, passes_now};
use crate::fact::FactKey;
use crate::rules::calendar::{self, Interval, counts};
use crate::rules::reads::Operand;
use crate::rules::tree::{Anchor, Clause, Condition, Has, Take, Test, Window};
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
            let operand = || Operand::Field(name.clone());
            of_value(found, Vec::new(), None, test, &operand, view)
        }
        Clause::Measure { measure, test } => {
            let timed = timed(items(&measure.facts, history, view), &measure.window, history, view);
            let counted: Vec<Item<'_>> = timed.counted(view.now).collect();
            let (found, facts) = take(&measure.take, &counted);
            if test.is_quantile() && facts.is_empty() {
                // Who did nothing of it is none of those whose largest or smallest part is meant.
                let may_flip_at = timed.next_change(view.now);
                return Answer { holds: false, found, facts, may_flip_at };
            }
            let operand = || Operand::Measure(measure.clone());
            of_value(found, facts, timed.next_change(view.now), test, &operand, view)
        }
        Clause::Sequence(sequence) => super::sequence::answer(sequence, history, view),
    }
}

fn of_value(
    found: Found,
    facts: Vec<FactKey>,
    facts_change: Option<Instant>,
    test: &Test,
    operand: &dyn Fn() -> Operand,
    view: View<'_>,
) -> Answer {
    let holds = passes_now(test, &found, operand, view);
    let may_flip_at = earliest([facts_change, next_change(test, &found, view)]);
    Answer { holds, found, facts, may_flip_at }
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
        Take::Sum(_) => Found::Quantity(Quantity::sum(all()).0),
        Take::Average(_) => {
            let (sum, count) = Quantity::sum(all());
            Found::quantity(Quantity::average(sum, count))
        }
        Take::Distinct(_) => Found::Quantity(Quantity::count(all().collect::<HashSet<_>>().len())),
        Take::Share { part, .. } => {
            let of_part = valued.iter().filter(|(item, _)| item.meets(part)).flat_map(|(_, values)| values);
            Found::quantity(Quantity::share(Quantity::sum(of_part).0, Quantity::sum(all()).0))
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
