//! What a measure or a field came to.

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
enum Unit {
    Millionths,
    Minor(crate::money::Currency),
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

    /// Of the values that have the unit of the first; how many they are comes with it.
    pub fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> (Self, usize) {
        let mut sum = Self { numerator: 0, denominator: 1, unit: None };
        let mut count = 0;
        for value in values {
            let (Some(unit), Some(units)) = (unit_of(value), value.units()) else { continue };
            if sum.unit.is_none_or(|own| own == unit) {
                sum.unit = Some(unit);
                sum.numerator += i128::from(units);
                count += 1;
            }
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
