//! What new rules need of facts, gathered beside the index, which goes on answering.
//!
//! Callers may rely on: a filling that was told all facts that it wants comes to what the index would, had it been told them.

use crate::folds::{Folds, Subject};
use crate::{Index, Place};
use perennial_domain::fact::FactKind;
use perennial_domain::rules::oracle::Happened;
use perennial_domain::rules::{Facts, What};
use perennial_domain::time::Instant;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Filling {
    pub(crate) folds: Folds,
    wanted: Wanted,
    now: Instant,
    place: Place,
}

/// Which facts somebody looks at: the others need not be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// With all that says what became of them.
    orders: bool,
    pages: bool,
    screens: bool,
    /// By name.
    events: BTreeSet<String>,
    all_events: bool,
}

impl Wanted {
    fn add(&mut self, facts: &Facts) {
        for what in &facts.of {
            match what {
                What::Orders | What::Lines | What::Refunds | What::RefundLines => self.orders = true,
                What::Pages => self.pages = true,
                What::Screens => self.screens = true,
                What::Event(name) => {
                    self.events.insert(name.clone());
                }
                What::Anything => {
                    (self.orders, self.pages, self.screens, self.all_events) = (true, true, true, true);
                }
            }
        }
    }

    /// Whether facts of a kind may matter.
    pub fn wants_kind(&self, kind: FactKind) -> bool {
        match kind {
            FactKind::Order | FactKind::Gift | FactKind::Refund => self.orders,
            FactKind::Page => self.pages,
            FactKind::Screen => self.screens,
            FactKind::Event => self.all_events || !self.events.is_empty(),
            FactKind::Cancelled
            | FactKind::Unpaid
            | FactKind::Adjustment
            | FactKind::CustomerUpdate
            | FactKind::Identify
            | FactKind::Group
            | FactKind::Alias => false,
        }
    }

    /// Whether a fact of a kind, of an event its name, may matter; those that do not need not be told.
    pub fn wants(&self, kind: FactKind, name: Option<&str>) -> bool {
        let is_named = || name.is_some_and(|name| self.events.contains(name));
        self.wants_kind(kind) && (kind != FactKind::Event || self.all_events || is_named())
    }
}

impl Filling {
    pub fn new(index: &Index, subjects: &[Subject]) -> Self {
        let (mut folds, mut wanted) = (Folds::default(), Wanted::default());
        for subject in subjects {
            folds.add(subject.clone());
            subject.facts().iter().for_each(|facts| wanted.add(facts));
        }
        Self { folds, wanted, now: index.now(), place: index.place().clone() }
    }

    /// Which facts are to be told.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// A fact of a profile, whatever the index knows of it.
    pub fn tell(&mut self, profile: u32, fact: &Happened) {
        self.folds.tell(profile, fact, self.now, &self.place);
    }

    pub(crate) fn at(mut self, now: Instant) -> Folds {
        while self.folds.step(now).is_some() {}
        self.folds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::rules::catalogue::Properties;
    use perennial_domain::rules::text::parse;
    use perennial_domain::time::Zone;

    fn filling(rule: &str) -> Wanted {
        let place = Place { zone: Zone::utc(), line_names: Properties::default() };
        let index = Index::new(place, Instant(0));
        let subjects = index.lacks(&parse(rule).unwrap().rule).subjects;
        Filling::new(&index, &subjects).wanted().clone()
    }

    #[test]
    fn only_what_a_rule_looks_at_is_wanted() {
        let of_event = |wanted: &Wanted, name: &str| wanted.wants(FactKind::Event, Some(name));
        let seen = filling("count of event \"Seen\" in last 3 days >= 2 and city is \"x\"");
        assert!(of_event(&seen, "Seen") && !of_event(&seen, "Other"));
        assert!(!seen.wants(FactKind::Order, None) && !seen.wants_kind(FactKind::Page));
        let bought = filling("sum amount of lines[sku is \"A\"] > 5 and did pages");
        let kinds = [FactKind::Order, FactKind::Gift, FactKind::Refund, FactKind::Page];
        assert!(kinds.into_iter().all(|kind| bought.wants_kind(kind)) && !bought.wants_kind(FactKind::Event));
        let chain = filling("sequence (event \"A\" then orders within 3 days without event \"B\")");
        assert!(of_event(&chain, "B") && chain.wants_kind(FactKind::Order) && !chain.wants_kind(FactKind::Screen));
        let anchored = filling("did orders after first event \"C\"");
        assert!(of_event(&anchored, "C"), "what a window stands around is looked at");
        let all = filling("never anything in last 60 days");
        assert!(of_event(&all, "Whatever") && all.wants_kind(FactKind::Screen) && all.wants_kind(FactKind::Order));
    }
}
