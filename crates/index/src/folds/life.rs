//! What has to be looked at whole: measures that depend on the order or the distance of facts, smallest, largest and
//! different values, and sequences. The facts that matter are kept, with the properties that matter, and the definition of
//! the language itself judges them.
//!
//! Invariants: of what is kept a clause has the same answer as of the whole life; of one key there is one fact, the one that
//! was told last.

use crate::Place;
use crate::snapshot::{Code, invalid};
use perennial_domain::fact::FactKey;
use perennial_domain::rules::calendar::counts;
use perennial_domain::rules::oracle::{Happened, Kind, Named, matching};
use perennial_domain::rules::{Clause, Facts, Window, looks};
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// Kinds of facts that came, each once.
    kinds: Vec<Kind>,
    kept: HashMap<u32, Vec<Small>>,
}

/// A fact, as small as it goes: of each customer there are as many as ever mattered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Small {
    key: [u8; 16],
    at: Instant,
    /// Most clauses look at nothing else.
    more: Option<Box<More>>,
    /// Its place among the kinds.
    kind: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct More {
    properties: Named,
    lines: Vec<Named>,
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
            kinds: Vec::new(),
            kept: HashMap::new(),
        }
    }

    /// Whether the fact matters.
    pub fn tell(&mut self, profile: u32, fact: &Happened, now: Instant, place: &Place) -> bool {
        let does_matter = self.facts.iter().any(|facts| !matching(fact, facts, &place.line_names).is_empty())
            && self.may_count(fact.at, now, place);
        let key = fact.key.0.to_be_bytes();
        let reduced = does_matter.then(|| self.reduced(fact));
        let kept = self.kept.entry(profile).or_default();
        let before = kept.len();
        kept.retain(|one| one.key != key);
        let was_there = kept.len() < before;
        if let Some(reduced) = reduced {
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
            kept.push(reduced);
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
        profiles.filter_map(|profile| self.kept.get(&profile)).flatten().map(|one| self.happened(one)).collect()
    }

    fn reduced(&mut self, fact: &Happened) -> Small {
        let only = |all: &Named| -> Named {
            let looked_at = all.iter().filter(|(name, _)| self.names.contains(*name));
            looked_at.map(|(name, one)| (name.clone(), one.clone())).collect()
        };
        let properties = only(&fact.properties);
        let lines: Vec<Named> = if self.has_lines { fact.lines.iter().map(only).collect() } else { Vec::new() };
        let has_more = !properties.is_empty() || !lines.is_empty();
        Small {
            key: fact.key.0.to_be_bytes(),
            at: fact.at,
            more: has_more.then(|| Box::new(More { properties, lines })),
            kind: self.kind(&fact.kind),
        }
    }

    fn kind(&mut self, kind: &Kind) -> u32 {
        let place = self.kinds.iter().position(|one| one == kind).unwrap_or_else(|| {
            self.kinds.push(kind.clone());
            self.kinds.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    fn happened(&self, small: &Small) -> Happened {
        let (properties, lines) = match &small.more {
            Some(more) => (more.properties.clone(), more.lines.clone()),
            None => (Named::new(), Vec::new()),
        };
        let kind = self.kinds[small.kind as usize].clone();
        Happened { key: FactKey(u128::from_be_bytes(small.key)), at: small.at, kind, properties, lines }
    }

    /// Of whom anything is kept.
    pub fn profiles(&self) -> impl Iterator<Item = u32> {
        self.kept.keys().copied()
    }

    pub fn put_kept(&self, out: &mut dyn Write) -> Result<()> {
        self.kinds.write_to(out)?;
        self.kept.write_to(out)
    }

    /// What [`Life::put_kept`] wrote of the same clause.
    pub fn take_kept(&mut self, from: &mut dyn Read) -> Result<()> {
        self.kinds = Vec::read_from(from)?;
        self.kept = HashMap::read_from(from)?;
        let is_known = |one: &Small| (one.kind as usize) < self.kinds.len();
        if self.kept.values().flatten().all(is_known) { Ok(()) } else { Err(invalid("what happened")) }
    }

    pub fn clear(&mut self, profile: u32) {
        self.kept.remove(&profile);
    }
}

/// Now or later.
fn still_counts(window: &Window, at: Instant, now: Instant, place: &Place) -> bool {
    counts(window, at, None, &place.zone).is_some_and(|interval| interval.until.is_none_or(|until| now < until))
}

impl Code for Small {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        let mut fixed = [0; 28];
        fixed[..16].copy_from_slice(&self.key);
        fixed[16..24].copy_from_slice(&self.at.0.to_le_bytes());
        fixed[24..].copy_from_slice(&self.kind.to_le_bytes());
        out.write_all(&fixed)?;
        let more = self.more.as_ref();
        more.is_some().write_to(out)?;
        more.into_iter().try_for_each(|more| {
            more.properties.write_to(out)?;
            more.lines.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let mut key = [0; 16];
        from.read_exact(&mut key)?;
        let (at, kind) = (Instant::read_from(from)?, u32::read_from(from)?);
        let more = if bool::read_from(from)? {
            Some(Box::new(More { properties: BTreeMap::read_from(from)?, lines: Vec::read_from(from)? }))
        } else {
            None
        };
        Ok(Self { key, at, more, kind })
    }
}
