//! Measures that a fact moves by itself, whatever else there is: counts, sums, averages and shares over a window that does
//! not depend on other facts of the customer.
//!
//! Invariants: what is kept of a profile is what its facts come to at the instant of the index; each fact that is still to
//! begin or to stop counting has an event in the queue for it, and none that never will again leaves anything behind.

use super::units::{Counts, Sums};
use crate::Place;
use crate::snapshot::{Code, invalid};
use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::counts;
use perennial_domain::rules::oracle::{Found, Happened, Item, Quantity, Unit, matching};
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{Measure, Take, Window};
use perennial_domain::time::Instant;
use std::io::{Read, Result, Write};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// Shared, so that it can be looked at while what it comes to is moved.
    measure: Arc<Measure>,
    currency: Option<Currency>,
    /// Facts that count, of takes of a property those that have it.
    items: Counts,
    /// Those of them that meet the condition of a share.
    parts: Counts,
    numbers: Added,
    amounts: Added,
}

/// Of the values of one unit.
#[derive(Clone, Debug, Default)]
struct Added {
    values: Counts,
    sum: Sums,
    part: Sums,
}

/// What a fact adds while it counts. A fact of several values has one of these for each, of which the first is the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Share {
    is_item: bool,
    is_part: bool,
    value: Option<Adds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Adds {
    is_amount: bool,
    units: i64,
}

/// What is to be done at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    pub begins: bool,
    pub share: Share,
}

impl Code for Turn {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        let Share { is_item, is_part, value } = self.share;
        let flags = [self.begins, is_item, is_part, value.is_some(), value.is_some_and(|adds| adds.is_amount)];
        let bits = flags.into_iter().enumerate().fold(0u8, |bits, (place, flag)| bits | u8::from(flag) << place);
        bits.write_to(out)?;
        value.map_or(0, |adds| adds.units).write_to(out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let (bits, units) = (u8::read_from(from)?, i64::read_from(from)?);
        if bits >= 1 << 5 {
            return Err(invalid("what is to be done"));
        }
        let has = |place: u32| bits >> place & 1 == 1;
        let value = has(3).then_some(Adds { is_amount: has(4), units });
        Ok(Self { begins: has(0), share: Share { is_item: has(1), is_part: has(2), value } })
    }
}

impl Tally {
    /// Whether such a measure can be kept so.
    pub fn can_keep(measure: &Measure) -> bool {
        let does_add = matches!(measure.take, Take::Count | Take::Sum(_) | Take::Average(_) | Take::Share { .. });
        does_add && !matches!(measure.window, Window::Around { .. })
    }

    pub fn new(measure: Measure) -> Self {
        Self {
            measure: Arc::new(measure),
            currency: None,
            items: Counts::default(),
            parts: Counts::default(),
            numbers: Added::default(),
            amounts: Added::default(),
        }
    }

    /// Takes in a fact; `later` is told what is to be done when. Whether anything of it counts now is returned.
    pub fn tell(
        &mut self,
        profile: u32,
        fact: &Happened,
        now: Instant,
        place: &Place,
        mut later: impl FnMut(Instant, Turn),
    ) -> bool {
        let mut is_moved = false;
        let measure = Arc::clone(&self.measure);
        for item in matching(fact, &measure.facts, &place.line_names) {
            let Some(interval) = counts(&measure.window, item.at(), None, &place.zone) else { continue };
            if interval.until.is_some_and(|until| until <= now.max(interval.from)) {
                continue;
            }
            for share in self.shares(item) {
                if interval.from <= now {
                    self.turn(profile, Turn { begins: true, share });
                    is_moved = true;
                } else {
                    later(interval.from, Turn { begins: true, share });
                }
                if let Some(until) = interval.until {
                    later(until, Turn { begins: false, share });
                }
            }
        }
        is_moved
    }

    fn shares(&mut self, item: Item<'_>) -> Vec<Share> {
        let is_part = matches!(&self.measure.take, Take::Share { part, .. } if item.meets(part));
        let Some(name) = self.measure.take.property() else {
            return vec![Share { is_item: true, is_part, value: None }];
        };
        let values = item.values(name);
        let adds = values.iter().enumerate().map(|(place, value)| {
            let units = match value {
                Value::Money(money) => {
                    let own = *self.currency.get_or_insert(money.currency);
                    (own == money.currency).then_some(Adds { is_amount: true, units: money.minor })
                }
                Value::Number(number) => Some(Adds { is_amount: false, units: number.0 }),
                _ => None,
            };
            Share { is_item: place == 0, is_part, value: units }
        });
        adds.collect()
    }

    pub fn turn(&mut self, profile: u32, turn: Turn) {
        let Turn { begins, share } = turn;
        if share.is_item {
            self.items.add(profile, begins);
            if share.is_part {
                self.parts.add(profile, begins);
            }
        }
        let Some(Adds { is_amount, units }) = share.value else { return };
        let added = if is_amount { &mut self.amounts } else { &mut self.numbers };
        let units = if begins { units } else { -units };
        added.values.add(profile, begins);
        added.sum.add(profile, units);
        if share.is_part {
            added.part.add(profile, units);
        }
    }

    /// What the facts of these profiles come to, and whether there are any.
    pub fn found(&self, profiles: impl Iterator<Item = u32> + Clone) -> (Found, bool) {
        let count = |counts: &Counts| profiles.clone().map(|one| counts.get(one) as usize).sum::<usize>();
        let sum = |sums: &Sums| profiles.clone().map(|one| sums.get(one)).sum::<i128>();
        let items = count(&self.items);
        let amounts = count(&self.amounts.values);
        let numbers = || count(&self.numbers.values);
        let found = match &self.measure.take {
            Take::Share { by: None, .. } => {
                let share = Quantity::share(Quantity::count(count(&self.parts)), Quantity::count(items));
                Found::quantity(share)
            }
            Take::Sum(_) | Take::Average(_) | Take::Share { by: Some(_), .. } => {
                let (added, unit, values) = if amounts > 0 {
                    (&self.amounts, Unit::Minor(self.currency.unwrap_or(Currency::NONE)), amounts)
                } else {
                    (&self.numbers, Unit::Millionths, numbers())
                };
                let whole = if values == 0 { Quantity::nothing() } else { Quantity::of(sum(&added.sum), unit) };
                match &self.measure.take {
                    Take::Sum(_) => Found::Quantity(whole),
                    Take::Average(_) => Found::quantity(Quantity::average(whole, values)),
                    _ => Found::quantity(Quantity::share(Quantity::of(sum(&added.part), unit), whole)),
                }
            }
            _ => Found::Quantity(Quantity::count(items)),
        };
        (found, items > 0)
    }

    /// Of whom anything counts now.
    pub fn profiles(&self) -> impl Iterator<Item = u32> {
        self.items.profiles()
    }

    pub fn put_sums(&self, out: &mut dyn Write) -> Result<()> {
        self.currency.write_to(out)?;
        self.items.write_to(out)?;
        self.parts.write_to(out)?;
        [&self.numbers, &self.amounts].into_iter().try_for_each(|added| {
            added.values.write_to(out)?;
            added.sum.write_to(out)?;
            added.part.write_to(out)
        })
    }

    /// What [`Tally::put_sums`] wrote of the same measure.
    pub fn take_sums(&mut self, from: &mut dyn Read) -> Result<()> {
        self.currency = Option::read_from(from)?;
        self.items = Counts::read_from(from)?;
        self.parts = Counts::read_from(from)?;
        for added in [&mut self.numbers, &mut self.amounts] {
            *added =
                Added { values: Counts::read_from(from)?, sum: Sums::read_from(from)?, part: Sums::read_from(from)? };
        }
        Ok(())
    }

    pub fn clear(&mut self, profile: u32) {
        self.items.clear(profile);
        self.parts.clear(profile);
        for added in [&mut self.numbers, &mut self.amounts] {
            added.values.clear(profile);
            added.sum.clear(profile);
            added.part.clear(profile);
        }
    }
}
