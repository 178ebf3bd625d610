//! What facts come to, a profile: a fold for each measure and each sequence that some rule asks for.
//!
//! Invariants: a fold is the same whatever the order in which facts were told, late ones and those of the future among them;
//! it is right at the instant that [`Folds::advance`] was last called with, or that it was made for.

mod life;
mod tally;
mod units;

use crate::Place;
use crate::queue::{Due, Queue};
use crate::snapshot::{Code, invalid, put_length, take_length};
use life::Life;
use perennial_domain::rules::oracle::{Found, Happened, History, Judged, View, judge_clause, judge_measure, measured};
use perennial_domain::rules::{Clause, Measure, Sequence, Test};
use perennial_domain::time::Instant;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{Read, Result, Write};
use tally::{Tally, Turn};

/// Names a fold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Measure(Box<Measure>),
    Sequence(Box<Sequence>),
}

impl Subject {
    /// Of a clause in normal form; `None` of one that does not look at facts.
    pub(crate) fn of(clause: &Clause) -> Option<Self> {
        match clause {
            Clause::Measure { measure, .. } => Some(Self::Measure(measure.clone())),
            Clause::Sequence(sequence) => Some(Self::Sequence(Box::new(sequence.clone()))),
            Clause::Has(_) | Clause::Field { .. } => None,
        }
    }

    pub(crate) fn clause(&self) -> Clause {
        match self {
            Self::Measure(measure) => Clause::Measure { measure: measure.clone(), test: Test::Exists },
            Self::Sequence(sequence) => Clause::Sequence((**sequence).clone()),
        }
    }

    fn fold(&self) -> Fold {
        match self {
            Self::Measure(measure) if Tally::can_keep(measure) => {
                Fold::Tally(Box::new(Tally::new((**measure).clone())))
            }
            Self::Measure(_) | Self::Sequence(_) => Fold::Life(Box::new(Life::new(&self.clause()))),
        }
    }
}

#[derive(Clone, Debug)]
enum Fold {
    Tally(Box<Tally>),
    Life(Box<Life>),
    /// It was let go; its place is not taken by another one.
    Nothing,
}

/// Something counts from this instant on, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    fold: u32,
    profile: u32,
    stamp: u32,
    turn: Turn,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Folds {
    list: Vec<Fold>,
    numbers: HashMap<Subject, usize>,
    queue: Queue<Event>,
    /// Counts up whenever a profile is cleared.
    stamp: u32,
    /// Events of a profile with a smaller stamp are void.
    cleared: HashMap<u32, u32>,
}

impl Folds {
    pub fn number(&self, subject: &Subject) -> Option<usize> {
        self.numbers.get(subject).copied()
    }

    /// Places of folds; some may be empty.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Lets go all folds but these.
    pub fn keep(&mut self, wanted: &HashSet<usize>) {
        self.numbers.retain(|_, number| wanted.contains(number));
        for (number, fold) in self.list.iter_mut().enumerate() {
            if !wanted.contains(&number) {
                *fold = Fold::Nothing;
            }
        }
        self.queue.retain(|event| wanted.contains(&(event.fold as usize)));
    }

    pub fn add(&mut self, subject: Subject) -> usize {
        let number = self.list.len();
        self.list.push(subject.fold());
        self.numbers.insert(subject, number);
        number
    }

    /// Which folds a fact moves now.
    pub fn tell(&mut self, profile: u32, fact: &Happened, now: Instant, place: &Place) -> Vec<usize> {
        let (stamp, queue) = (self.stamp, &mut self.queue);
        let mut moved = Vec::new();
        for (number, fold) in self.list.iter_mut().enumerate() {
            let later = |at, turn| {
                let fold = u32::try_from(number).unwrap_or(u32::MAX);
                queue.put(at, Event { fold, profile, stamp, turn });
            };
            let is_moved = match fold {
                Fold::Tally(tally) => tally.tell(profile, fact, now, place, later),
                Fold::Life(life) => life.tell(profile, fact, now, place),
                Fold::Nothing => false,
            };
            if is_moved {
                moved.push(number);
            }
        }
        moved
    }

    /// Forgets what it was told of a profile.
    pub fn clear(&mut self, profile: u32) {
        self.stamp += 1;
        self.cleared.insert(profile, self.stamp);
        for fold in &mut self.list {
            match fold {
                Fold::Tally(tally) => tally.clear(profile),
                Fold::Life(life) => life.clear(profile),
                Fold::Nothing => {}
            }
        }
    }

    /// Forgets all profiles but these.
    pub fn forget_but(&mut self, is_known: impl Fn(u32) -> bool) {
        let mut strangers: BTreeSet<u32> =
            self.queue.iter().map(|due| due.event.profile).filter(|profile| !is_known(*profile)).collect();
        for fold in &self.list {
            match fold {
                Fold::Tally(tally) => strangers.extend(tally.profiles().filter(|profile| !is_known(*profile))),
                Fold::Life(life) => strangers.extend(life.profiles().filter(|profile| !is_known(*profile))),
                Fold::Nothing => {}
            }
        }
        for profile in strangers {
            self.clear(profile);
        }
    }

    pub fn next_at(&self) -> Option<Instant> {
        self.queue.next_at()
    }

    /// Does the next of what is due by then; the fold and the profile that it moved.
    pub fn step(&mut self, by: Instant) -> Option<(usize, u32)> {
        loop {
            let event = self.queue.take(by)?.event;
            if self.cleared.get(&event.profile).is_some_and(|stamp| event.stamp < *stamp) {
                continue;
            }
            let number = event.fold as usize;
            if let Fold::Tally(tally) = &mut self.list[number] {
                tally.turn(event.profile, event.turn);
            }
            return Some((number, event.profile));
        }
    }

    /// What a test says of a customer, who is these profiles. `fields` are what windows around fields stand on.
    pub fn judge(
        &self,
        number: usize,
        clause: &Clause,
        profiles: impl Iterator<Item = u32> + Clone,
        fields: impl FnOnce() -> History,
        view: View<'_>,
    ) -> Judged {
        match (&self.list[number], clause) {
            (Fold::Tally(tally), Clause::Measure { measure, test }) => {
                let (found, did_something) = tally.found(profiles);
                judge_measure(measure, test, &found, did_something, view)
            }
            (Fold::Life(life), _) => {
                let mut history = fields();
                history.facts = life.facts(profiles);
                judge_clause(clause, &history, view)
            }
            (Fold::Tally(_) | Fold::Nothing, _) => Judged { holds: false, may_flip_at: None },
        }
    }

    /// What a measure comes to; `None` where nothing that counts has been done.
    pub fn found(
        &self,
        number: usize,
        measure: &Measure,
        profiles: impl Iterator<Item = u32> + Clone,
        fields: impl FnOnce() -> History,
        view: View<'_>,
    ) -> Option<Found> {
        match &self.list[number] {
            Fold::Tally(tally) => {
                let (found, did_something) = tally.found(profiles);
                did_something.then_some(found)
            }
            Fold::Life(life) => {
                let mut history = fields();
                history.facts = life.facts(profiles);
                let measured = measured(measure, &history, view);
                (!measured.facts.is_empty()).then_some(measured.found)
            }
            Fold::Nothing => None,
        }
    }

    /// Takes over the folds of another one, which is right at the same instant; where each of them is now.
    pub fn take_over(&mut self, other: Self) -> Vec<usize> {
        let mut subjects: Vec<(Subject, usize)> = other.numbers.into_iter().collect();
        subjects.sort_by_key(|(_, number)| *number);
        let first = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let numbers = (self.list.len()..).take(other.list.len()).collect();
        self.list.extend(other.list);
        for (subject, number) in subjects {
            self.numbers.insert(subject, first as usize + number);
        }
        let (stamp, cleared) = (self.stamp, other.cleared);
        let stands = |event: &Event| cleared.get(&event.profile).is_none_or(|cleared| event.stamp >= *cleared);
        let theirs = other.queue.into_iter().filter(|due| stands(&due.event));
        self.queue
            .extend(theirs.map(|due| Due { event: Event { fold: first + due.event.fold, stamp, ..due.event }, ..due }));
        numbers
    }
}

/// Folds are numbered anew, without gaps; whatever is void is left out.
impl Code for Folds {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        let mut subjects: Vec<(&Subject, usize)> = self.numbers.iter().map(|(one, number)| (one, *number)).collect();
        subjects.sort_unstable_by_key(|(_, number)| *number);
        put_length(subjects.len(), out)?;
        let mut places: HashMap<u32, u32> = HashMap::new();
        for (place, (subject, number)) in (0u32..).zip(subjects) {
            places.insert(u32::try_from(number).unwrap_or(u32::MAX), place);
            subject.clause().write_to(out)?;
            match &self.list[number] {
                Fold::Tally(tally) => tally.put_sums(out)?,
                Fold::Life(life) => life.put_kept(out)?,
                Fold::Nothing => return Err(invalid("a fold that was let go")),
            }
        }
        let stands = |event: &Event| self.cleared.get(&event.profile).is_none_or(|stamp| event.stamp >= *stamp);
        let due = || self.queue.iter().filter(|due| stands(&due.event));
        put_length(due().count(), out)?;
        due().try_for_each(|due| {
            due.at.write_to(out)?;
            places.get(&due.event.fold).copied().unwrap_or(u32::MAX).write_to(out)?;
            due.event.profile.write_to(out)?;
            due.event.turn.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let mut folds = Self::default();
        for _ in 0..take_length(from)? {
            let subject = Subject::of(&Clause::read_from(from)?).ok_or_else(|| invalid("what looks at facts"))?;
            let number = folds.add(subject);
            match &mut folds.list[number] {
                Fold::Tally(tally) => tally.take_sums(from)?,
                Fold::Life(life) => life.take_kept(from)?,
                Fold::Nothing => {}
            }
        }
        let events = (0..take_length(from)?).map(|_| {
            let at = Instant::read_from(from)?;
            let (fold, profile, turn) = (u32::read_from(from)?, u32::read_from(from)?, Turn::read_from(from)?);
            let is_known = (fold as usize) < folds.list.len();
            is_known
                .then_some(Due { at, event: Event { fold, profile, stamp: 0, turn } })
                .ok_or_else(|| invalid("an event"))
        });
        folds.queue = events.collect::<Result<_>>()?;
        Ok(folds)
    }
}
