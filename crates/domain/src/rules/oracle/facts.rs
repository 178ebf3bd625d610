//! Which facts, and lines of facts, a rule means.

use super::history::{Happened, History, Kind};
use super::test::passes;
use crate::fact::FactKey;
use crate::rules::tree::{AT, Condition, Detail, Facts, What};
use crate::rules::value::Value;
use crate::time::Instant;
use std::borrow::Cow;

/// A fact, or one line of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'h> {
    fact: &'h Happened,
    line: Option<usize>,
}

impl<'h> Item<'h> {
    pub fn at(self) -> Instant {
        self.fact.at
    }

    pub fn key(self) -> FactKey {
        self.fact.key
    }

    /// A line has what it says itself, else what its order says.
    pub fn values(self, name: &str) -> Cow<'h, [Value]> {
        if name == AT {
            return Cow::Owned(vec![Value::Instant(self.fact.at)]);
        }
        let own = self.line.and_then(|line| self.fact.lines[line].get(name));
        own.or_else(|| self.fact.properties.get(name)).map_or(Cow::Borrowed(&[]), |values| Cow::Borrowed(values))
    }

    pub fn meets(self, condition: &Condition) -> bool {
        condition.holds(&|detail| match detail {
            Detail::Property(property) => passes(&property.test, &self.values(&property.name)),
            Detail::Line(inner) => {
                let mut lines = (0..self.fact.lines.len()).map(|line| Item { fact: self.fact, line: Some(line) });
                self.line.is_none() && lines.any(|line| line.meets(inner))
            }
        })
    }
}

/// All of a life, also what has not happened yet, by time, key and line.
pub(super) fn items<'h>(facts: &Facts, history: &'h History) -> Vec<Item<'h>> {
    let mut sorted: Vec<&Happened> = history.facts.iter().collect();
    sorted.sort_by_key(|fact| (fact.at, fact.key));
    let mut items = Vec::new();
    for fact in sorted {
        if facts.of.iter().any(|what| !what.is_line() && is(what, &fact.kind)) {
            items.push(Item { fact, line: None });
        }
        if facts.of.iter().any(|what| what.is_line() && is(what, &fact.kind)) {
            items.extend((0..fact.lines.len()).map(|line| Item { fact, line: Some(line) }));
        }
    }
    items.retain(|item| facts.filter.as_ref().is_none_or(|filter| item.meets(filter)));
    items
}

fn is(what: &What, kind: &Kind) -> bool {
    match what {
        What::Orders | What::Lines => *kind == Kind::Order,
        What::Refunds | What::RefundLines => *kind == Kind::Refund,
        What::Event(name) => matches!(kind, Kind::Event(own) if own == name),
        What::Pages => *kind == Kind::Page,
        What::Screens => *kind == Kind::Screen,
        What::Anything => true,
    }
}
