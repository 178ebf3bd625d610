//! What has to be looked at whole: measures that depend on the order or the distance of facts, smallest, largest and
//! different values, and sequences. The facts that matter are kept, with the properties that matter, and the definition of
//! the language itself judges them.
//!
//! Invariants: of what is kept a clause has the same answer as of the whole life; of one key there is one fact, the one that
//! was told last.

use crate::Place;
use crate::snapshot::Code;
use perennial_domain::rules::calendar::counts;
use perennial_domain::rules::oracle::{Happened, Named, matching};
use perennial_domain::rules::{Clause, Facts, Window, looks};
use perennial_domain::time::Instant;
use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Result, Write};

/// Facts of one profile that are kept: of more, the earliest go. Nobody who lives has so many; a program that floods does.
pub(crate) const FACTS_MAX: usize = 5_000;

#[derive(Clone, Debug)]
pub(super) struct Life {
    /// Whose facts matter.
    facts: Vec<Facts>,
    names: BTreeSet<String>,
    has_lines: bool,
    /// Where each fact counts by itself: what never will again is let go.
    window: Option<Window>,
    kept: HashMap<u32, Vec<Happened>>,
}

impl Life {
    pub fn new(clause: &Clause) -> Self {
        let looked = looks(clause);
        let window = match clause {
            Clause::Measure { measure, .. } => Some(measure.window.clone()),
            _ => None,
        };
        Self {
            facts: looked.facts,
            names: looked.properties,
            has_lines: looked.has_lines,
            window: window.filter(|window| !matches!(window, Window::Around { .. })),
            kept: HashMap::new(),
        }
    }

    /// Whether the fact matters.
    pub fn tell(&mut self, profile: u32, fact: &Happened, now: Instant, place: &Place) -> bool {
        let does_matter = self.facts.iter().any(|facts| !matching(fact, facts, &place.line_names).is_empty())
            && self.may_count(fact.at, now, place);
        let kept = self.kept.entry(profile).or_default();
        let before = kept.len();
        kept.retain(|one| one.key != fact.key);
        let was_there = kept.len() < before;
        if does_matter {
            let is_over = |at: Instant| match &self.window {
                Some(window) => !still_counts(window, at, now, place),
                None => false,
            };
            kept.retain(|one| !is_over(one.at));
            if kept.len() >= FACTS_MAX
                && let Some(first) = (0..kept.len()).min_by_key(|place| (kept[*place].at, kept[*place].key))
            {
                kept.swap_remove(first);
            }
            kept.push(reduced(fact, &self.names, self.has_lines));
        }
        if kept.is_empty() {
            self.kept.remove(&profile);
        }
        does_matter || was_there
    }

    fn may_count(&self, at: Instant, now: Instant, place: &Place) -> bool {
        self.window.as_ref().is_none_or(|window| still_counts(window, at, now, place))
    }

    pub fn facts(&self, profiles: impl Iterator<Item = u32>) -> Vec<Happened> {
        profiles.filter_map(|profile| self.kept.get(&profile)).flatten().cloned().collect()
    }

    pub fn put_kept(&self, out: &mut dyn Write) -> Result<()> {
        self.kept.write_to(out)
    }

    /// What [`Life::put_kept`] wrote of the same clause.
    pub fn take_kept(&mut self, from: &mut dyn Read) -> Result<()> {
        self.kept = HashMap::read_from(from)?;
        Ok(())
    }

    pub fn clear(&mut self, profile: u32) {
        self.kept.remove(&profile);
    }
}

/// Now or later.
fn still_counts(window: &Window, at: Instant, now: Instant, place: &Place) -> bool {
    counts(window, at, None, &place.zone).is_some_and(|interval| interval.until.is_none_or(|until| now < until))
}

fn reduced(fact: &Happened, names: &BTreeSet<String>, has_lines: bool) -> Happened {
    let only = |all: &Named| {
        all.iter().filter(|(name, _)| names.contains(*name)).map(|(name, one)| (name.clone(), one.clone())).collect()
    };
    Happened {
        key: fact.key,
        at: fact.at,
        kind: fact.kind.clone(),
        properties: only(&fact.properties),
        lines: if has_lines { fact.lines.iter().map(only).collect() } else { Vec::new() },
    }
}
