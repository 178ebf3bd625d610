//! Cohorts by month of first purchase: who comes back, how soon, with how much.
//!
//! Invariants: integers only; folding customers in any order and merging in any grouping gives
//! the same result, as long as sums of money fit 64 bits; a sum that does not stays at the limit.
//! Memory is bounded by the number of cohorts × months, never by orders.
//!
//! Rules: months are calendar months of the day numbers given; a customer counts once in each
//! month with an order; revenue of a month is what was bought in it, before refunds. A customer enters the
//! 30/60/90-day repeat rate only when observed for that long.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::Occasion;

/// Windows of the repeat rates, days.
pub const REPEAT_WINDOWS_DAYS: [u32; 3] = [30, 60, 90];
/// Longest purchase interval told apart, days (20 years).
const MAX_INTERVAL_DAYS: usize = 7305;

/// A calendar month: year × 12 + month - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month(pub i32);

impl Month {
    /// The month of a day counted from 1970-01-01 (Gregorian, proleptic).
    pub fn of_day(day: i32) -> Self {
        // Days are shifted to eras of 400 years that start on 1 March (Hinnant,
        // "chrono-compatible low-level date algorithms").
        let shifted = i64::from(day) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month0 = (march_month + 2) % 12;
        let year = year_of_era + era * 400 + i64::from(month0 < 2);
        Self((year * 12 + month0) as i32)
    }

    /// Year and month (1 to 12).
    pub const fn year_month(self) -> (i32, u8) {
        (self.0.div_euclid(12), self.0.rem_euclid(12) as u8 + 1)
    }
}

/// One month of a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CohortMonth {
    /// Distinct customers with an order.
    pub customers: u64,
    /// Orders.
    pub orders: u64,
    /// Revenue, minor units.
    pub revenue_minor: i64,
}

/// Repeats within a window after the first purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RepeatRate {
    /// Customers observed for the whole window.
    pub observed: u64,
    /// Those of them who bought again within it.
    pub repeated: u64,
}

impl RepeatRate {
    /// The rate; `None` when nobody is observable.
    pub fn rate(self) -> Option<f64> {
        (self.observed > 0).then(|| self.repeated as f64 / self.observed as f64)
    }
}

/// Customers whose first purchase was in one month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cohort {
    /// Customers.
    pub customers: u64,
    /// By months since the first purchase's month.
    pub months: Vec<CohortMonth>,
    /// For each of [`REPEAT_WINDOWS_DAYS`].
    pub repeats: [RepeatRate; 3],
}

/// Accumulator of all cohorts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cohorts {
    /// By month of first purchase.
    pub by_month: BTreeMap<Month, Cohort>,
    /// Number of purchase intervals by length in days; the last one holds all longer ones.
    interval_counts: Vec<u64>,
}

impl Cohorts {
    /// Adds one customer's occasions (ascending days) up to `observed_until` inclusive. Days
    /// without an order count as revenue only; without any order nothing is added.
    pub fn add(&mut self, occasions: &[Occasion], observed_until: i32) {
        let seen = occasions.iter().take_while(|o| o.day <= observed_until);
        let Some(first) = seen.clone().find(|o| o.orders > 0).map(|o| o.day) else {
            return;
        };
        let start = Month::of_day(first);
        let cohort = self.by_month.entry(start).or_default();
        cohort.customers += 1;
        let mut last_month = None;
        let mut previous: Option<i32> = None;
        let mut second = None;
        for occasion in seen.filter(|o| o.day >= first) {
            let month = (Month::of_day(occasion.day).0 - start.0).max(0) as usize;
            if cohort.months.len() <= month {
                cohort.months.resize(month + 1, CohortMonth::default());
            }
            let entry = &mut cohort.months[month];
            entry.revenue_minor = entry.revenue_minor.saturating_add(occasion.amount_minor);
            if occasion.orders == 0 {
                continue;
            }
            entry.orders += u64::from(occasion.orders);
            if last_month != Some(month) {
                entry.customers += 1;
                last_month = Some(month);
            }
            if let Some(before) = previous.filter(|before| *before < occasion.day) {
                second = second.or(Some(occasion.day));
                let days = (i64::from(occasion.day) - i64::from(before)) as usize;
                count_interval(&mut self.interval_counts, days);
            }
            previous = Some(occasion.day);
        }
        for (rate, window) in cohort.repeats.iter_mut().zip(REPEAT_WINDOWS_DAYS) {
            if i64::from(observed_until) - i64::from(first) >= i64::from(window) {
                rate.observed += 1;
                let again = second.is_some_and(|day| i64::from(day) - i64::from(first) <= i64::from(window));
                rate.repeated += u64::from(again);
            }
        }
    }

    /// Adds another accumulator; associative and commutative.
    pub fn merge(&mut self, other: &Self) {
        for (month, theirs) in &other.by_month {
            let ours = self.by_month.entry(*month).or_default();
            ours.customers += theirs.customers;
            if ours.months.len() < theirs.months.len() {
                ours.months.resize(theirs.months.len(), CohortMonth::default());
            }
            for (our, their) in ours.months.iter_mut().zip(&theirs.months) {
                our.customers += their.customers;
                our.orders += their.orders;
                our.revenue_minor = our.revenue_minor.saturating_add(their.revenue_minor);
            }
            for (our, their) in ours.repeats.iter_mut().zip(&theirs.repeats) {
                our.observed += their.observed;
                our.repeated += their.repeated;
            }
        }
        if self.interval_counts.len() < other.interval_counts.len() {
            self.interval_counts.resize(other.interval_counts.len(), 0);
        }
        for (our, their) in self.interval_counts.iter_mut().zip(&other.interval_counts) {
            *our += their;
        }
    }

    /// Median days between two purchases of one customer (the lower one of an even number);
    /// `None` without a repeat.
    pub fn median_interval_days(&self) -> Option<u32> {
        let total: u64 = self.interval_counts.iter().sum();
        let mut seen = 0;
        for (days, count) in self.interval_counts.iter().enumerate() {
            seen += count;
            if total > 0 && seen * 2 >= total {
                return Some(days as u32);
            }
        }
        None
    }
}

fn count_interval(counts: &mut Vec<u64>, days: usize) {
    let days = days.min(MAX_INTERVAL_DAYS);
    if counts.len() <= days {
        counts.resize(days + 1, 0);
    }
    counts[days] += 1;
}
