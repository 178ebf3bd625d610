//! Clauses, each kept as the set of customers of whom it holds.

use perennial_domain::rules::{Clause, Has};
use perennial_domain::time::Instant;
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub clause: Clause,
    pub of: Of,
    /// Of whom it holds. Of a state these are kept by the state itself.
    pub holds: RoaringBitmap,
    /// At which instant a customer has to be looked at next; other events of theirs are void.
    pub looks: HashMap<u32, Instant>,
    /// Places of segments that stand on it.
    pub users: HashSet<usize>,
}

/// What moves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    State(u32),
    Field(String),
    /// A fold, and the field around whose value its window stands.
    Fold {
        number: usize,
        around: Option<String>,
    },
    Segment(String),
    /// It was let go; its place is not taken by another one.
    Nothing,
}

impl Leaf {
    pub fn new(clause: Clause, of: Of) -> Self {
        Self { clause, of, holds: RoaringBitmap::new(), looks: HashMap::new(), users: HashSet::new() }
    }

    /// Of a state and of a segment the same is kept by those.
    pub fn keeps_own(&self) -> bool {
        !matches!(self.of, Of::State(_) | Of::Segment(_))
    }

    pub fn let_go(&mut self) {
        self.of = Of::Nothing;
        self.holds = RoaringBitmap::new();
        self.looks = HashMap::new();
    }
}

/// The segment that a clause names.
pub(crate) fn segment_of(clause: &Clause) -> Option<&String> {
    match clause {
        Clause::Has(Has::Segment(name)) => Some(name),
        _ => None,
    }
}
