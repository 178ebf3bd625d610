//! What new rules need of facts, gathered beside the index, which goes on answering.
//!
//! Callers may rely on: a filling that was told all facts that it wants comes to what the index would, had it been told them.

use crate::folds::{Folds, Subject};
use crate::{Index, Place};
use perennial_domain::rules::Clause;
use perennial_domain::rules::oracle::Happened;
use perennial_domain::time::{Instant, Zone};

#[derive(Clone, Debug)]
pub struct Filling {
    pub(crate) folds: Folds,
    clauses: Vec<Clause>,
    now: Instant,
    place: Place,
}

impl Filling {
    pub fn new(index: &Index, subjects: &[Subject]) -> Self {
        let mut folds = Folds::default();
        for subject in subjects {
            folds.add(subject.clone());
        }
        let clauses = subjects.iter().map(Subject::clause).collect();
        Self { folds, clauses, now: index.now(), place: index.place().clone() }
    }

    /// What looks at facts: those that it looks at are to be told, others need not.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// As of when it is filled.
    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn zone(&self) -> &Zone {
        &self.place.zone
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
