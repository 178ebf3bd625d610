//! Which facts, and lines of facts, a rule means.

use super::View;
use super::history::{Happened, History, Kind};
use super::test::passes;
use crate::activity::is_activity;
use crate::fact::{FactKey, FactKind};
use crate::rules::catalogue::Properties;
use crate::rules::tree::{AT, Condition, Detail, Facts, What};
use crate::rules::value::Value;
use crate::time::Instant;
use std::borrow::Cow;

/// A fact, or one line of it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'h> {
    fact: &'h Happened,
    line: Option<usize>,
    /// What lines have.
    line_names: &'h Properties,
}

impl<'h> Item<'h> {
    pub fn at(self) -> Instant {
        self.fact.at
    }

    pub fn key(self) -> FactKey {
        self.fact.key
    }

    /// Which of the fact's lines it is; `None` where it is the fact.
    pub fn line(self) -> Option<usize> {
        self.line
    }

    /// A line has what it says itself; what no line has, it has of its order. So a line that does not say its amount has
    /// none, and not the amount of all lines together.
    pub fn values(self, name: &str) -> Cow<'h, [Value]> {
        if name == AT {
            return Cow::Owned(vec![Value::Instant(self.fact.at)]);
        }
        let values = match self.line.map(|line| self.fact.lines[line].get(name)) {
            Some(Some(own)) => Some(own),
            Some(None) if self.line_names.contains_key(name) => None,
            Some(None) | None => self.fact.properties.get(name),
        };
        values.map_or(Cow::Borrowed(&[]), |values| Cow::Borrowed(values))
    }

    pub fn meets(self, condition: &Condition) -> bool {
        condition.holds(&|detail| match detail {
            Detail::Property(property) => passes(&property.test, &self.values(&property.name)),
            Detail::Line(inner) => {
                let mut lines = (0..self.fact.lines.len()).map(|line| Item { line: Some(line), ..self });
                self.line.is_none() && lines.any(|line| line.meets(inner))
            }
        })
    }
}

/// All of a life, also what has not happened yet, by time, key and line.
pub(super) fn items<'h>(facts: &Facts, history: &'h History, view: View<'h>) -> Vec<Item<'h>> {
    let mut sorted: Vec<&Happened> = history.facts.iter().collect();
    sorted.sort_by_key(|fact| (fact.at, fact.key));
    sorted.into_iter().flat_map(|fact| matching(fact, facts, view.line_names)).collect()
}

/// What of one fact is meant: itself, or those of its lines that are.
pub fn matching<'h>(fact: &'h Happened, facts: &Facts, line_names: &'h Properties) -> Vec<Item<'h>> {
    let mut items = Vec::new();
    if facts.of.iter().any(|what| !what.is_line() && is(what, &fact.kind)) {
        items.push(Item { fact, line: None, line_names });
    }
    if facts.of.iter().any(|what| what.is_line() && is(what, &fact.kind)) {
        items.extend((0..fact.lines.len()).map(|line| Item { fact, line: Some(line), line_names }));
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
        What::Anything => match kind {
            Kind::Order => is_activity(FactKind::Order, None),
            Kind::Refund => is_activity(FactKind::Refund, None),
            Kind::Event(name) => is_activity(FactKind::Event, Some(name)),
            Kind::Page => is_activity(FactKind::Page, None),
            Kind::Screen => is_activity(FactKind::Screen, None),
        },
    }
}
