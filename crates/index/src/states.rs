//! What customers have for a while: tags, segments told from outside, channels, identifiers, consents.
//!
//! Invariants: `now` is who has it at the index's instant, and `words`, where there are any, are the same; intervals are kept only where one of them is still to begin or to
//! end.

use crate::snapshot::{Code, invalid, put_length, take_length};
use crate::words::Words;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::State;
use perennial_domain::rules::{Clause, Has};
use perennial_domain::time::Instant;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Result, Write};

#[derive(Clone, Debug, Default)]
pub(crate) struct States {
    /// Each state has a number, so that events are small.
    numbers: HashMap<Has, u32>,
    list: Vec<One>,
    /// Of whom anything was told: of nobody else there is anything to take away.
    told: RoaringBitmap,
}

#[derive(Clone, Debug, Default)]
struct One {
    now: RoaringBitmap,
    words: Words,
    /// With the instant of the next change, for which there is an event.
    moving: HashMap<u32, (Instant, Vec<Interval>)>,
}

/// A state whose answer for a customer became another one, and when to look again.
pub(crate) struct Told {
    pub state: u32,
    pub is_changed: bool,
    pub next: Option<Instant>,
}

impl States {
    pub fn number(&mut self, has: &Has) -> u32 {
        if let Some(number) = self.numbers.get(has) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(One::default());
        self.numbers.insert(has.clone(), number);
        number
    }

    pub fn who(&self, has: &Has) -> Option<&RoaringBitmap> {
        self.numbers.get(has).map(|number| &self.list[*number as usize].now)
    }

    pub fn words(&self, has: &Has) -> Option<&[u64]> {
        self.list[*self.numbers.get(has)? as usize].words.get()
    }

    pub fn who_by_number(&self, number: u32) -> &RoaringBitmap {
        &self.list[number as usize].now
    }

    /// All states of a customer; those that are not among them are no longer theirs.
    pub fn put(&mut self, customer: u32, states: &[State], now: Instant) -> Vec<Told> {
        let mut own: BTreeMap<u32, Vec<Interval>> = BTreeMap::new();
        for state in states {
            own.entry(self.number(&state.has)).or_default().push(state.interval);
            if matches!(state.has, Has::Channel(Some(_))) {
                own.entry(self.number(&Has::Channel(None))).or_default().push(state.interval);
            }
        }
        if !self.told.insert(customer) {
            for (number, one) in (0u32..).zip(&self.list) {
                if one.now.contains(customer) || one.moving.contains_key(&customer) {
                    own.entry(number).or_default();
                }
            }
        }
        let put = own.into_iter().map(|(state, intervals)| {
            let (is_changed, next) = self.list[state as usize].put(customer, intervals, now);
            Told { state, is_changed, next }
        });
        put.collect()
    }

    /// An instant has come at which a state of a customer may change.
    pub fn look(&mut self, state: u32, customer: u32, now: Instant) -> Told {
        let one = &mut self.list[state as usize];
        // Of an event that another one has taken the place of, nothing comes.
        if one.moving.get(&customer).is_none_or(|(next, _)| *next > now) {
            return Told { state, is_changed: false, next: None };
        }
        let Some((_, intervals)) = one.moving.remove(&customer) else {
            return Told { state, is_changed: false, next: None };
        };
        let (is_changed, next) = one.put(customer, intervals, now);
        Told { state, is_changed, next }
    }
}

impl States {
    /// Which state of whom changes when.
    pub fn next(&self) -> impl Iterator<Item = (u32, u32, Instant)> {
        let of = |(state, one): (u32, &'_ One)| {
            one.moving.iter().map(move |(customer, (at, _))| (state, *customer, *at)).collect::<Vec<_>>()
        };
        (0u32..).zip(&self.list).flat_map(of)
    }
}

impl Code for States {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.told.write_to(out)?;
        let mut named: Vec<(&Has, u32)> = self.numbers.iter().map(|(has, number)| (has, *number)).collect();
        named.sort_unstable_by_key(|(_, number)| *number);
        put_length(named.len(), out)?;
        named.into_iter().zip(&self.list).try_for_each(|((has, _), one)| {
            Clause::Has(has.clone()).write_to(out)?;
            one.now.write_to(out)?;
            one.moving.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let mut states = Self { told: RoaringBitmap::read_from(from)?, ..Self::default() };
        for _ in 0..take_length(from)? {
            let Clause::Has(has) = Clause::read_from(from)? else { return Err(invalid("a state")) };
            let number = states.number(&has);
            let now = RoaringBitmap::read_from(from)?;
            states.list[number as usize] = One { words: Words::of(&now), now, moving: HashMap::read_from(from)? };
        }
        Ok(states)
    }
}

impl One {
    fn put(&mut self, customer: u32, intervals: Vec<Interval>, now: Instant) -> (bool, Option<Instant>) {
        let has = intervals.iter().any(|interval| interval.contains(now));
        let is_changed = if has { self.now.insert(customer) } else { self.now.remove(customer) };
        if is_changed {
            self.words.follow(&self.now, customer, has);
        }
        let next = intervals.iter().filter_map(|interval| interval.next_change(now)).min();
        let before = match next {
            Some(next) => self.moving.insert(customer, (next, intervals)),
            None => self.moving.remove(&customer),
        };
        // There is an event for that instant already.
        let is_known = before.is_some_and(|(known, _)| Some(known) == next);
        (is_changed, next.filter(|_| !is_known))
    }
}
