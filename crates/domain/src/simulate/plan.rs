//! What brand is to be made.
//!
//! Invariants: a plan that passed [`Plan::check`] gives finite lives of bounded length.
//! Callers may rely on: the defaults are those of the command line.

use crate::money::Currency;
use crate::time::Day;
use crate::value::Parameters;
use thiserror::Error;

/// Each customer has a phone number of its own, and there are five times as many of those.
pub const CUSTOMERS_MAX: u64 = 100_000_000;
/// Twenty years: dates are tabulated, and a window of more is no test of anything.
pub const DAYS_MAX: u32 = 7_305;
/// Orders have at most [`super::order::LINES_MAX`] lines, so that means beyond this would be cut.
pub const LINES_MEAN_MAX: f64 = 20.0;
/// Purchases a week of the mean customer: beyond, one customer fills memory.
const PURCHASES_PER_WEEK_MAX: f64 = 50.0;
const SHAPE_RANGE: std::ops::RangeInclusive<f64> = 0.01..=100.0;
const SCALE_RANGE: std::ops::RangeInclusive<f64> = 0.01..=10_000.0;
/// So that the largest amount stays far under [`crate::money::AMOUNT_MINOR_MAX`].
const MEAN_ORDER_MAX: f64 = 1_000_000.0;

/// Gamma-Gamma: an order of a customer is Gamma(p, nu), nu of a customer is Gamma(q, gamma).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpendTruth {
    pub p: f64,
    pub q: f64,
    /// In units of the currency, such as yuan.
    pub gamma: f64,
}

impl SpendTruth {
    /// Mean amount of an order over all customers, in units of the currency.
    pub fn mean(&self) -> f64 {
        self.p * self.gamma / (self.q - 1.0)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub customers: u64,
    pub seed: u64,
    /// The last day that the files tell of.
    pub end: Day,
    /// Days that the files tell of, `end` included.
    pub days: u32,
    /// First purchases spread evenly over so many days from the start.
    pub acquisition_days: u32,
    pub currency: Currency,
    /// BG/NBD or Pareto/NBD, in weeks.
    pub frequency: Parameters,
    pub spend: SpendTruth,
    pub lines_per_order: f64,
    /// Share of orders with a refund, full or in part.
    pub refund_share: f64,
    /// Share of later orders that carry the phone but not the customer id, where there is a phone.
    pub without_id_share: f64,
}

#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlanError {
    #[error("{name} must be {allowed}, got {given}")]
    OutOfRange { name: &'static str, allowed: String, given: String },
    #[error("customers can be simulated with bg_nbd or pareto_nbd, not with {0}")]
    Model(&'static str),
}

impl Plan {
    /// BG/NBD near the published CDNOW figures, as value.md B8 uses it for timing.
    pub const BG_NBD: Parameters = Parameters::BgNbd { r: 0.25, alpha: 4.5, a: 0.8, b: 2.4 };
    /// Pareto/NBD near the published CDNOW figures.
    pub const PARETO_NBD: Parameters = Parameters::ParetoNbd { r: 0.55, alpha: 10.58, s: 0.61, beta: 11.67 };
    pub const SPEND: SpendTruth = SpendTruth { p: 6.0, q: 4.0, gamma: 15.0 };
    pub const LINES_PER_ORDER: f64 = 2.5;
    pub const REFUND_SHARE: f64 = 0.04;
    pub const WITHOUT_ID_SHARE: f64 = 0.1;

    pub fn start(&self) -> Day {
        Day(self.end.0 - self.days as i32 + 1)
    }

    /// # Errors
    /// [`PlanError`] that names the first value out of its range and what is allowed.
    pub fn check(&self) -> Result<(), PlanError> {
        whole("customers", self.customers, 1..=CUSTOMERS_MAX)?;
        whole("days", u64::from(self.days), 1..=u64::from(DAYS_MAX))?;
        whole("acquisition days", u64::from(self.acquisition_days), 1..=u64::from(self.days))?;
        // Year 1 to 9999 with room for the start and the year after.
        if !(-700_000..=2_900_000).contains(&self.end.0) {
            return Err(out_of_range("end", "between the years 100 and 9900", self.end.0));
        }
        real("lines per order", self.lines_per_order, 1.0..=LINES_MEAN_MAX)?;
        real("refund share", self.refund_share, 0.0..=1.0)?;
        real("share without id", self.without_id_share, 0.0..=1.0)?;
        self.check_frequency()?;
        real("p", self.spend.p, SHAPE_RANGE)?;
        real("q", self.spend.q, 1.01..=100.0)?;
        real("gamma", self.spend.gamma, SCALE_RANGE)?;
        if self.spend.mean() > MEAN_ORDER_MAX {
            return Err(out_of_range("mean order p * gamma / (q - 1)", "at most 1000000", self.spend.mean()));
        }
        Ok(())
    }

    fn check_frequency(&self) -> Result<(), PlanError> {
        let (r, alpha) = match self.frequency {
            Parameters::BgNbd { r, alpha, a, b } => {
                real("a", a, SHAPE_RANGE)?;
                real("b", b, SHAPE_RANGE)?;
                (r, alpha)
            }
            Parameters::ParetoNbd { r, alpha, s, beta } => {
                real("s", s, SHAPE_RANGE)?;
                real("beta", beta, SCALE_RANGE)?;
                (r, alpha)
            }
            other => return Err(PlanError::Model(other.model().code())),
        };
        real("r", r, SHAPE_RANGE)?;
        real("alpha", alpha, SCALE_RANGE)?;
        if r / alpha > PURCHASES_PER_WEEK_MAX {
            return Err(out_of_range("mean purchases a week r / alpha", "at most 50", r / alpha));
        }
        Ok(())
    }
}

fn whole(name: &'static str, value: u64, range: std::ops::RangeInclusive<u64>) -> Result<(), PlanError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(out_of_range(name, &format!("{} to {}", range.start(), range.end()), value))
}

fn real(name: &'static str, value: f64, range: std::ops::RangeInclusive<f64>) -> Result<(), PlanError> {
    // A range contains no NaN.
    if range.contains(&value) {
        return Ok(());
    }
    Err(out_of_range(name, &format!("{} to {}", range.start(), range.end()), value))
}

fn out_of_range(name: &'static str, allowed: &str, given: impl ToString) -> PlanError {
    PlanError::OutOfRange { name, allowed: allowed.to_owned(), given: given.to_string() }
}
