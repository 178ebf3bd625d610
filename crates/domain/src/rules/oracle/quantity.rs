//! What a measure or a field came to.

use crate::money::Currency;
use crate::rules::value::{Money, NUMBER_MAX, Number, ONE, Value};
use std::cmp::Ordering;

/// A number or an amount as an exact fraction: averages and shares are not rounded before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// In millionths, or in minor units.
    numerator: i128,
    /// Above zero.
    denominator: i128,
    /// Whose units they are; none of the sum of nothing, which is zero of everything.
    unit: Option<Unit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Millionths,
    Minor(Currency),
}

impl Unit {
    /// What values are added up in: amounts of money where there is one among them, else numbers. It does not depend on
    /// their order.
    pub(super) fn of_all<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Self> {
        let mut found = None;
        for value in values {
            match unit_of(value) {
                Some(unit @ Self::Minor(_)) => return Some(unit),
                other => found = found.or(other),
            }
        }
        found
    }
}

fn unit_of(value: &Value) -> Option<Unit> {
    match value {
        Value::Number(_) => Some(Unit::Millionths),
        Value::Money(money) => Some(Unit::Minor(money.currency)),
        _ => None,
    }
}

impl Quantity {
    pub fn count(count: usize) -> Self {
        Self { numerator: count as i128 * i128::from(ONE), denominator: 1, unit: Some(Unit::Millionths) }
    }

    /// What values of one unit come to.
    pub fn of(units: i128, unit: Unit) -> Self {
        Self { numerator: units, denominator: 1, unit: Some(unit) }
    }

    /// The sum of nothing.
    pub fn nothing() -> Self {
        Self { numerator: 0, denominator: 1, unit: None }
    }

    /// Of the values of that unit; how many they are comes with it.
    pub(super) fn sum<'a>(values: impl Iterator<Item = &'a Value>, unit: Option<Unit>) -> (Self, usize) {
        let Some(unit) = unit else { return (Self::nothing(), 0) };
        let mut sum = Self::of(0, unit);
        let mut count = 0;
        for units in values.filter(|value| unit_of(value) == Some(unit)).filter_map(Value::units) {
            sum.numerator += i128::from(units);
            count += 1;
        }
        (sum, count)
    }

    /// `None` where there is nothing to divide by.
    pub fn average(sum: Self, count: usize) -> Option<Self> {
        (count > 0).then_some(Self { denominator: count as i128, ..sum })
    }

    /// `None` where the whole is not above zero.
    pub fn share(part: Self, whole: Self) -> Option<Self> {
        let numerator = part.numerator.saturating_mul(i128::from(ONE));
        let share = Self { numerator, denominator: whole.numerator, unit: Some(Unit::Millionths) };
        (whole.numerator > 0).then_some(share)
    }

    /// `None` for another unit.
    pub fn compare(self, value: &Value) -> Option<Ordering> {
        let unit = unit_of(value)?;
        if self.unit.is_some_and(|own| own != unit) {
            return None;
        }
        Some(self.numerator.cmp(&i128::from(value.units()?).saturating_mul(self.denominator)))
    }

    /// Rounded half away from zero, for people to see.
    pub fn shown(self) -> Value {
        let twice = self.numerator.saturating_mul(2) + self.numerator.signum() * self.denominator;
        let rounded = i64::try_from(twice / (2 * self.denominator)).unwrap_or(i64::MAX);
        match self.unit {
            Some(Unit::Minor(currency)) => Value::Money(Money { minor: rounded, currency }),
            Some(Unit::Millionths) | None => Value::Number(Number(rounded.clamp(-NUMBER_MAX, NUMBER_MAX))),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Quantity(Quantity),
    /// None, one or several.
    Values(Vec<Value>),
}

impl Found {
    pub fn nothing() -> Self {
        Self::Values(Vec::new())
    }

    pub fn quantity(quantity: Option<Quantity>) -> Self {
        quantity.map_or_else(Self::nothing, Self::Quantity)
    }

    pub fn shown(&self) -> Vec<Value> {
        match self {
            Self::Quantity(quantity) => vec![quantity.shown()],
            Self::Values(values) => values.clone(),
        }
    }
}
