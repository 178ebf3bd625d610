//! How concentrated profit is: share of the top 20 %, Lorenz curve, Gini coefficient.
//!
//! Invariants: exact integer sums; only the final division is a float. Customers with equal
//! profit are interchangeable, so ties can not change any figure. The top 20 % of n customers are
//! the ⌈n/5⌉ with the highest profit.

use serde::{Deserialize, Serialize};

/// Points of a Lorenz curve, one per percent of customers.
pub const LORENZ_POINTS: usize = 101;

/// Concentration of profit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Concentration {
    /// Customers.
    pub customers: u64,
    /// Profit of all, minor units.
    pub total_minor: i128,
    /// Customers in the top 20 %.
    pub top_customers: u64,
    /// Profit of the top 20 %, minor units.
    pub top_minor: i128,
    /// `top_minor / total_minor`; `None` unless the total is positive.
    pub top_share: Option<f64>,
    /// Gini coefficient; `None` unless the total is positive. Above 1 when losses are large.
    pub gini: Option<f64>,
    /// Share of profit of the poorest 0, 1, …, 100 % of customers; empty unless the total is
    /// positive.
    pub lorenz: Vec<f64>,
    /// Smallest profit inside the top 20 %, minor units.
    pub top_threshold_minor: Option<i64>,
}

/// Measures the concentration of `profits_minor` (one per customer, minor units).
pub fn measure_concentration(profits_minor: &[i64]) -> Concentration {
    let mut sorted = profits_minor.to_vec();
    sorted.sort_unstable();
    let count = sorted.len();
    let top = count.div_ceil(5);
    let total_minor: i128 = sorted.iter().map(|p| i128::from(*p)).sum();
    let top_minor: i128 = sorted[count - top..].iter().map(|p| i128::from(*p)).sum();
    let positive = total_minor > 0;
    Concentration {
        customers: count as u64,
        total_minor,
        top_customers: top as u64,
        top_minor,
        top_share: positive.then(|| top_minor as f64 / total_minor as f64),
        gini: positive.then(|| gini(&sorted, total_minor)),
        lorenz: if positive { lorenz(&sorted, total_minor) } else { Vec::new() },
        top_threshold_minor: sorted.get(count - top).copied(),
    }
}

/// Σ (2i - n - 1) p_i / (n Σ p), the numerator exact.
fn gini(sorted: &[i64], total: i128) -> f64 {
    let count = sorted.len() as i128;
    let numerator: i128 =
        sorted.iter().enumerate().map(|(index, profit)| (2 * index as i128 + 1 - count) * i128::from(*profit)).sum();
    numerator as f64 / (count as f64 * total as f64)
}

/// Shares at whole percents, rounding the number of customers down.
fn lorenz(sorted: &[i64], total: i128) -> Vec<f64> {
    let mut out = Vec::with_capacity(LORENZ_POINTS);
    let mut sum = 0_i128;
    let mut taken = 0;
    for percent in 0..LORENZ_POINTS {
        let until = sorted.len() * percent / (LORENZ_POINTS - 1);
        sum += sorted[taken..until].iter().map(|p| i128::from(*p)).sum::<i128>();
        taken = until;
        out.push(sum as f64 / total as f64);
    }
    out
}
