//! Measures that are told by few columns: how many orders, refunds, events, pages and screens there are in a window, and what
//! orders and refunds come to.
//!
//! Invariants: a message is one fact. Of purchases only those are added that are plain, each a fact by itself
//! ([`super::quick`] sees to that); then what is found is what the definition finds.

use super::needs::{clamped, counts_anywhere};
use perennial_domain::money::{AMOUNT_MINOR_MAX, Currency};
use perennial_domain::rules::calendar::bounds;
use perennial_domain::rules::oracle::{Found, Quantity, Unit};
use perennial_domain::rules::value::{Money, NUMBER_MAX, Number, ONE, Value};
use perennial_domain::rules::{Measure, Take, What};
use perennial_domain::time::{Instant, Zone};

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Facts,
    /// Of orders and refunds.
    Amount,
    Quantity,
}

/// A measure that can be taken so.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub measure: Measure,
    pub of: Of,
    /// A fact of an instant from the one on and before the other counts.
    pub from: i64,
    pub to: i64,
    /// Whether orders or refunds play a part.
    pub has_purchases: bool,
}

impl Tally {
    /// `None` where it takes more than that.
    pub fn of(measure: &Measure, now: Instant, zone: &Zone) -> Option<Self> {
        let named = |name: &str| match name {
            "amount" => Some(Of::Amount),
            "quantity" => Some(Of::Quantity),
            _ => None,
        };
        let of = match &measure.take {
            Take::Count => Of::Facts,
            Take::Sum(name) | Take::Average(name) | Take::Min(name) | Take::Max(name) => named(name)?,
            Take::Distinct(_) | Take::First(_) | Take::Last(_) | Take::Share { .. } => return None,
        };
        let whats = &measure.facts.of;
        let is_purchase = |what: &What| matches!(what, What::Orders | What::Refunds);
        let is_told = match of {
            Of::Facts => !whats.iter().any(What::is_line),
            Of::Amount | Of::Quantity => whats.iter().all(is_purchase),
        };
        if !is_told || measure.facts.filter.is_some() {
            return None;
        }
        let (from, to) = clamped(bounds(&measure.window, now, zone)?);
        let has_purchases = whats.iter().any(|what| is_purchase(what) || *what == What::Anything);
        Some(Self { measure: measure.clone(), of, from, to, has_purchases })
    }

    pub fn counts(&self, at: i64) -> bool {
        self.from <= at && at < self.to && counts_anywhere(at)
    }

    /// What is left at least of a sum of orders, where some of them were cancelled that come to no more than so much and none of
    /// which has an amount below nothing. `None` for what is no such sum, and where nothing may be left.
    pub fn without(&self, sum: &Sum, minor: Option<i128>) -> Option<Sum> {
        if self.measure.facts.of != [What::Orders] {
            return None;
        }
        if sum.facts == 0 {
            return Some(*sum);
        }
        let minor = minor?;
        let is_sum = self.of == Of::Amount && matches!(self.measure.take, Take::Sum(_));
        let is_some_left = sum.units > minor && minor <= i128::from(AMOUNT_MINOR_MAX);
        (is_sum && is_some_left).then(|| Sum { units: sum.units - minor, ..*sum })
    }

    /// What the measure comes to, and whether anything counts.
    pub fn found(&self, sum: &Sum, currency: Currency) -> (Found, bool) {
        let unit = if self.of == Of::Amount { Unit::Minor(currency) } else { Unit::Millionths };
        let whole = || if sum.facts == 0 { Quantity::nothing() } else { Quantity::of(sum.units, unit) };
        let one = |units: i64| {
            let value = match self.of {
                Of::Amount => Value::Money(Money { minor: units, currency }),
                Of::Facts | Of::Quantity => Value::Number(Number(units)),
            };
            Found::Values(if sum.facts == 0 { Vec::new() } else { vec![value] })
        };
        let found = match &self.measure.take {
            Take::Sum(_) => Found::Quantity(whole()),
            Take::Average(_) => Found::quantity(Quantity::average(whole(), sum.facts)),
            Take::Min(_) => one(sum.min),
            Take::Max(_) => one(sum.max),
            _ => Found::Quantity(Quantity::count(sum.facts)),
        };
        (found, sum.facts > 0)
    }
}

/// What has been added of a measure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum {
    /// Of a property: those that have it.
    pub facts: usize,
    units: i128,
    min: i64,
    max: i64,
}

impl Sum {
    pub const NOTHING: Self = Self { facts: 0, units: 0, min: i64::MAX, max: i64::MIN };

    pub fn add(&mut self, units: i64) {
        self.facts += 1;
        self.units += i128::from(units);
        self.min = self.min.min(units);
        self.max = self.max.max(units);
    }

    pub fn join(&mut self, other: &Self) {
        self.facts += other.facts;
        self.units += other.units;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }
}

/// An amount that a rule can name.
pub(super) fn amount(minor: Option<i64>) -> Option<i64> {
    minor.filter(|minor| (-AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX).contains(minor))
}

/// A quantity as a number that a rule can name.
pub(super) fn quantity(milli: Option<i64>) -> Option<i64> {
    let units = milli?.checked_mul(ONE / 1_000)?;
    (-NUMBER_MAX..=NUMBER_MAX).contains(&units).then_some(units)
}
