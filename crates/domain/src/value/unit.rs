//! Units of time and money rates: spans, horizons, discount rates, margins.
//!
//! Invariants: a span always knows its unit (kept in days inside); a week is 7 days, a month is
//! 30.4375 days, a year is 365.25 days; a margin is 0 to 10,000 basis points.
//!
//! Callers may rely on: no function of the value models takes a bare time number, so weeks can
//! not be read as days (value.md B3 shows the figure that mistake gives: 3.9 times too high).

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Days of a mean Gregorian year.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Days of a mean month, a twelfth of [`DAYS_PER_YEAR`].
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Basis points of the whole.
pub const BASIS_POINTS: u16 = 10_000;

/// A rate that can not be used.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum UnitError {
    /// The discount rate is negative or not a number.
    #[error("discount rate must be a number of at least 0, got {0}")]
    Discount(f64),
    /// The margin is above 10,000 basis points.
    #[error("margin must be 0 to 10000 basis points, got {0}")]
    Margin(u16),
}

/// The unit in which a model's time parameters are expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// One day.
    Day,
    /// Seven days; the unit of the published figures.
    #[default]
    Week,
    /// 30.4375 days.
    Month,
}

impl TimeUnit {
    /// Length of the unit in days.
    pub const fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => DAYS_PER_MONTH,
        }
    }
}

/// A length of time. Built from a number *and* its unit, read back in a unit.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
pub struct Span {
    days: f64,
}

impl Span {
    /// No time.
    pub const ZERO: Self = Self { days: 0.0 };

    /// `value` units; negative or non-finite values count as zero.
    pub fn new(value: f64, unit: TimeUnit) -> Self {
        let days = value * unit.days();
        Self { days: if days.is_finite() { days.max(0.0) } else { 0.0 } }
    }

    /// A span of days.
    pub fn days(value: f64) -> Self {
        Self::new(value, TimeUnit::Day)
    }

    /// A span of weeks.
    pub fn weeks(value: f64) -> Self {
        Self::new(value, TimeUnit::Week)
    }

    /// A span of months of 30.4375 days.
    pub fn months(value: f64) -> Self {
        Self::new(value, TimeUnit::Month)
    }

    /// The length expressed in `unit`.
    pub fn in_unit(self, unit: TimeUnit) -> f64 {
        self.days / unit.days()
    }
}

/// How far ahead a figure looks: a whole number of units. Discounting works in steps of that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Horizon {
    /// Number of units.
    pub length: u32,
    /// The unit.
    pub unit: TimeUnit,
}

impl Horizon {
    /// A horizon of days.
    pub const fn days(length: u32) -> Self {
        Self { length, unit: TimeUnit::Day }
    }

    /// A horizon of weeks.
    pub const fn weeks(length: u32) -> Self {
        Self { length, unit: TimeUnit::Week }
    }

    /// A horizon of months of 30.4375 days.
    pub const fn months(length: u32) -> Self {
        Self { length, unit: TimeUnit::Month }
    }

    /// The whole horizon as a span.
    pub fn span(self) -> Span {
        Span::new(f64::from(self.length), self.unit)
    }
}

/// A discount rate. Built from the yearly rate (0.1 = 10 % a year) or a continuous rate.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
pub struct DiscountRate {
    continuous_per_day: f64,
}

impl DiscountRate {
    /// No discounting.
    pub const NONE: Self = Self { continuous_per_day: 0.0 };

    /// Yearly effective rate: 0.1 means that 1.10 in a year is worth 1.00 now.
    ///
    /// # Errors
    /// [`UnitError::Discount`] when negative or not finite.
    pub fn from_annual(rate: f64) -> Result<Self, UnitError> {
        Self::from_continuous(rate.ln_1p() / DAYS_PER_YEAR, TimeUnit::Day).map_err(|_| UnitError::Discount(rate))
    }

    /// Effective rate of a month of 30.4375 days.
    ///
    /// # Errors
    /// [`UnitError::Discount`] when negative or not finite.
    pub fn from_monthly(rate: f64) -> Result<Self, UnitError> {
        Self::from_continuous(rate.ln_1p(), TimeUnit::Month).map_err(|_| UnitError::Discount(rate))
    }

    /// Continuous rate (the delta of the papers) per `unit`.
    ///
    /// # Errors
    /// [`UnitError::Discount`] when negative or not finite.
    pub fn from_continuous(rate: f64, unit: TimeUnit) -> Result<Self, UnitError> {
        if !rate.is_finite() || rate < 0.0 {
            return Err(UnitError::Discount(rate));
        }
        Ok(Self { continuous_per_day: rate / unit.days() })
    }

    /// Continuous rate per `unit`.
    pub fn continuous_per(self, unit: TimeUnit) -> f64 {
        self.continuous_per_day * unit.days()
    }

    /// Present value of 1 after `span`.
    pub fn factor_after(self, span: Span) -> f64 {
        (-self.continuous_per_day * span.in_unit(TimeUnit::Day)).exp()
    }
}

/// Share of revenue that is profit, in basis points (3,000 = 30 %).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Margin(u16);

impl Margin {
    /// All revenue is profit.
    pub const FULL: Self = Self(BASIS_POINTS);

    /// A margin of `basis_points` hundredths of a percent.
    ///
    /// # Errors
    /// [`UnitError::Margin`] above 10,000.
    pub fn from_basis_points(basis_points: u16) -> Result<Self, UnitError> {
        if basis_points > BASIS_POINTS {
            return Err(UnitError::Margin(basis_points));
        }
        Ok(Self(basis_points))
    }

    /// The margin in basis points.
    pub const fn basis_points(self) -> u16 {
        self.0
    }

    /// The margin as a share of 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / f64::from(BASIS_POINTS)
    }

    /// Profit of an exact amount in minor units, rounded half away from zero.
    pub fn apply_minor(self, amount_minor: i64) -> i64 {
        let product = i128::from(amount_minor) * i128::from(self.0);
        let half = i128::from(BASIS_POINTS / 2) * product.signum();
        let rounded = (product + half) / i128::from(BASIS_POINTS);
        i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
    }
}

impl TryFrom<u16> for Margin {
    type Error = UnitError;

    fn try_from(basis_points: u16) -> Result<Self, UnitError> {
        Self::from_basis_points(basis_points)
    }
}

impl From<Margin> for u16 {
    fn from(margin: Margin) -> Self {
        margin.0
    }
}
