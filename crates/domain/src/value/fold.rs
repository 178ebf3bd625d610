//! One pass over customers: from each customer's purchase days to all inputs of the value models.
//!
//! Feed customers one by one with [`CustomerFold::add`]; keep the small per-customer answer, drop
//! the purchases. Global tables (weekly repeats, cohorts) stay in the fold; folds of partitions
//! are joined with [`CustomerFold::merge`].
//!
//! Rules: purchases of one day are one occasion; amounts are gross, refunds are no part of them; a day whose orders
//! are 0 (lines that joined an earlier order) is no occasion but its amount counts as revenue; T and t_x are whole days from the first occasion to
//! `fit_until`.
//!
//! Invariants: integers only; any order of customers and any grouping of merges gives the same, as long as
//! sums of money fit 64 bits; a sum that does not stays at the limit.

use serde::{Deserialize, Serialize};

use super::cohort::Cohorts;
use super::rfm::RfmInput;
use super::spend::SpendHistory;
use super::summary::Summary;

/// All purchases of one customer on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// Days since 1970-01-01.
    pub day: i32,
    /// What was bought on the day, before refunds, minor units.
    pub amount_minor: i64,
    /// New orders of the day; 0 where lines joined earlier ones only.
    pub orders: u32,
}

/// The days that divide a customer's history. Days are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldSettings {
    /// Last day that models are fitted to.
    pub fit_until: i32,
    /// Last day of the hold-out; `fit_until` when there is none.
    pub backtest_until: i32,
}

/// What remains of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerAggregate {
    /// Input of the frequency models.
    pub summary: Summary,
    /// Input of the spend model.
    pub spend: SpendHistory,
    /// Input of RFM; recency counts to the day after `fit_until`.
    pub rfm: RfmInput,
    /// First occasion, days since 1970-01-01.
    pub first_day: i32,
    /// Last occasion up to `fit_until`.
    pub last_day: i32,
    /// Occasions in the hold-out.
    pub holdout_purchases: u32,
}

/// Repeat occasions by week, counted from the end of the fit: week 0 is the first seven days of
/// the hold-out, week -1 the last seven days of the fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeeklyRepeats {
    before: Vec<u64>,
    after: Vec<u64>,
}

impl WeeklyRepeats {
    /// Repeats of a week.
    pub fn get(&self, week: i32) -> u64 {
        let (side, index) = self.place(week);
        side.get(index).copied().unwrap_or(0)
    }

    /// The first and one past the last week with a repeat.
    pub fn range(&self) -> std::ops::Range<i32> {
        -(self.before.len() as i32)..self.after.len() as i32
    }

    fn place(&self, week: i32) -> (&[u64], usize) {
        if week < 0 { (&self.before, week.unsigned_abs() as usize - 1) } else { (&self.after, week as usize) }
    }

    fn add(&mut self, week: i32, count: u64) {
        let (side, index) = if week < 0 {
            (&mut self.before, week.unsigned_abs() as usize - 1)
        } else {
            (&mut self.after, week as usize)
        };
        if side.len() <= index {
            side.resize(index + 1, 0);
        }
        side[index] += count;
    }

    /// Adds another table of the same fit.
    pub fn merge(&mut self, other: &Self) {
        for week in other.range() {
            let count = other.get(week);
            if count > 0 {
                self.add(week, count);
            }
        }
    }
}

/// Accumulator of the global tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFold {
    settings: FoldSettings,
    /// Actual repeats of the customers known at `fit_until`, by week.
    pub weekly: WeeklyRepeats,
    /// Cohorts up to `fit_until`.
    pub cohorts: Cohorts,
}

impl CustomerFold {
    /// An empty fold. A `backtest_until` before `fit_until` counts as `fit_until`.
    pub fn new(settings: FoldSettings) -> Self {
        let backtest_until = settings.backtest_until.max(settings.fit_until);
        Self {
            settings: FoldSettings { backtest_until, ..settings },
            weekly: WeeklyRepeats::default(),
            cohorts: Cohorts::default(),
        }
    }

    /// The settings.
    pub fn settings(&self) -> FoldSettings {
        self.settings
    }

    /// Adds one customer. `occasions` must be in ascending order of days; equal days are joined.
    /// `None` when there is no order up to `fit_until`.
    pub fn add(&mut self, occasions: &[Occasion]) -> Option<CustomerAggregate> {
        debug_assert!(occasions.is_sorted_by_key(|o| o.day), "occasions must ascend by day");
        let FoldSettings { fit_until, backtest_until, .. } = self.settings;
        let first_day = occasions.iter().find(|o| o.orders > 0).map(|o| o.day)?;
        if first_day > fit_until {
            return None;
        }
        self.cohorts.add(occasions, fit_until);
        let mut out = CustomerAggregate { first_day, last_day: first_day, ..Default::default() };
        out.summary.t = days_between(first_day, fit_until);
        for day in occasions.chunk_by(|a, b| a.day == b.day) {
            if day[0].day > backtest_until {
                break;
            }
            let joined = join(day);
            if joined.day <= fit_until {
                self.add_fitted(&mut out, &joined);
            } else {
                out.holdout_purchases += u32::from(joined.orders > 0);
            }
            if joined.orders > 0 && joined.day > first_day {
                self.weekly.add(week_of(joined.day, fit_until), 1);
            }
        }
        out.rfm.recency_days = days_between(out.last_day, fit_until).saturating_add(1);
        out.summary.t_x = days_between(first_day, out.last_day);
        out.spend.x = out.summary.x;
        Some(out)
    }

    /// Adds another fold with equal settings; associative and commutative.
    pub fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.settings, other.settings, "folds with different days");
        self.weekly.merge(&other.weekly);
        self.cohorts.merge(&other.cohorts);
    }

    fn add_fitted(&self, out: &mut CustomerAggregate, day: &Occasion) {
        out.rfm.revenue_minor = out.rfm.revenue_minor.saturating_add(day.amount_minor);
        if day.orders == 0 {
            return;
        }
        out.rfm.orders = out.rfm.orders.saturating_add(day.orders);
        out.last_day = day.day;
        if day.day > out.first_day {
            out.summary.x += 1;
            out.spend.total_minor = out.spend.total_minor.saturating_add(day.amount_minor);
        }
    }
}

fn join(day: &[Occasion]) -> Occasion {
    let mut joined = day[0];
    for more in &day[1..] {
        joined.amount_minor = joined.amount_minor.saturating_add(more.amount_minor);
        joined.orders = joined.orders.saturating_add(more.orders);
    }
    joined
}

/// Days from `from` to `to`, 0 when `to` is earlier.
fn days_between(from: i32, to: i32) -> u32 {
    u32::try_from(i64::from(to) - i64::from(from)).unwrap_or(0)
}

/// Week of a day: 0 for the seven days after `fit_until`, -1 for the seven days up to it.
fn week_of(day: i32, fit_until: i32) -> i32 {
    (i64::from(day) - i64::from(fit_until) - 1).div_euclid(7) as i32
}
