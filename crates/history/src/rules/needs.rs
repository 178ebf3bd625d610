//! What a clause looks at in stored rows: which of them, and which columns.
//!
//! Invariant: of the rows that are needed a clause has the same answer as of all rows. Rows of one order are needed together,
//! whenever they happened; a message only as far as its instant lets it count.

use deltalake::arrow::array::{Array, BooleanArray};
use perennial_domain::activity::is_activity;
use perennial_domain::fact::FactKind;
use perennial_domain::rules::calendar::bounds;
use perennial_domain::rules::limits::is_time;
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{AT, Clause, What, Window, looks};
use perennial_domain::time::{Instant, Zone};
use std::collections::BTreeSet;

/// What orders and refunds have by their lines and their block, whatever the sender calls so.
const OF_LINES: [&str; 5] = ["amount", "quantity", "order_no", "currency", "source"];

#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// Orders, refunds and gifts.
    pub purchases: bool,
    /// What purchases have beside their kind, their key and their instant: lines, amounts, words.
    pub insides: bool,
    pub pages: bool,
    pub screens: bool,
    /// Of these names.
    pub events: BTreeSet<String>,
    /// Whatever the customer did by themselves.
    pub anything: bool,
    /// Messages before this instant count nowhere.
    pub from: Option<Instant>,
    /// Properties of messages and of purchases, where there are any that no other column says.
    pub names: BTreeSet<String>,
}

impl Needs {
    pub fn of(clause: &Clause, now: Instant, zone: &Zone) -> Self {
        let looked = looks(clause);
        let mut needs = Self { names: looked.properties, ..Self::default() };
        needs.names.remove(AT);
        for what in looked.facts.iter().flat_map(|facts| &facts.of) {
            match what {
                What::Orders | What::Lines | What::Refunds | What::RefundLines => needs.purchases = true,
                What::Pages => needs.pages = true,
                What::Screens => needs.screens = true,
                What::Event(name) => {
                    needs.events.insert(name.clone());
                }
                What::Anything => {
                    needs.anything = true;
                    needs.purchases = true;
                }
            }
        }
        needs.insides = needs.purchases && (looked.has_lines || !needs.names.is_empty());
        let window = match clause {
            Clause::Measure { measure, .. } => &measure.window,
            Clause::Sequence(sequence) => &sequence.window,
            Clause::Has(_) | Clause::Field { .. } => &Window::Ever,
        };
        needs.from = bounds(window, now, zone).and_then(|(from, _)| from);
        needs
    }

    /// What either needs.
    pub fn and(self, other: Self) -> Self {
        if self.is_nothing() {
            return other;
        }
        if other.is_nothing() {
            return self;
        }
        Self {
            purchases: self.purchases || other.purchases,
            insides: self.insides || other.insides,
            pages: self.pages || other.pages,
            screens: self.screens || other.screens,
            events: self.events.union(&other.events).cloned().collect(),
            anything: self.anything || other.anything,
            from: self.from.zip(other.from).map(|(one, other)| one.min(other)),
            names: self.names.union(&other.names).cloned().collect(),
        }
    }

    fn is_nothing(&self) -> bool {
        !self.purchases && !self.has_messages()
    }

    pub fn has_messages(&self) -> bool {
        self.pages || self.screens || self.anything || !self.events.is_empty()
    }

    /// Whether what a sender says of a purchase is asked for.
    pub fn has_words_of_purchases(&self) -> bool {
        self.insides && self.names.iter().any(|name| !OF_LINES.contains(&name.as_str()))
    }

    pub fn has_words_of_messages(&self) -> bool {
        self.has_messages() && !self.names.is_empty()
    }

    /// Whether messages of a kind and a name are needed, whenever they happened.
    pub fn has_message(&self, kind: FactKind, name: Option<&str>) -> bool {
        match (kind, name) {
            (FactKind::Page, _) => self.pages || self.anything,
            (FactKind::Screen, _) => self.screens || self.anything,
            (FactKind::Event, Some(name)) => {
                self.events.contains(name) || (self.anything && is_activity(FactKind::Event, Some(name)))
            }
            _ => false,
        }
    }

    /// The instants of messages that are needed: from the first on, before the second.
    pub fn instants(&self, now: Instant) -> (i64, i64) {
        clamped((self.from, Instant(now.0.saturating_add(1))))
    }
}

/// Bounds of a window as plain numbers.
pub(super) fn clamped((from, to): (Option<Instant>, Instant)) -> (i64, i64) {
    (from.map_or(i64::MIN, |from| from.0), to.0)
}

/// What no rule could name is no time: a fact of such an instant counts nowhere.
pub(super) fn counts_anywhere(at: i64) -> bool {
    is_time(&Value::Instant(Instant(at)))
}

pub(super) fn mask(rows: usize, is_needed: impl Fn(usize) -> bool) -> BooleanArray {
    let mask: BooleanArray = (0..rows).map(|row| Some(is_needed(row))).collect();
    debug_assert_eq!(mask.null_count(), 0);
    mask
}
