//! Potential value of customers in a horizon: mean and 80 % interval, per customer and in total.
//!
//! Potential value = margin × amounts of the purchases within the horizon, discounted. Mean =
//! margin × E[amount] × discounted expected purchases.
//!
//! **Interval of a customer.** With probability `1 - p_active` the value is exactly zero. The
//! purchases of an active customer, in units of the customer's own rate, are matched by a gamma
//! variable with the exact first two moments; divided by the gamma posterior of the rate this is
//! a beta-prime variable, so heavy tails of spend are exact. For frequent customers (zero has
//! less than 10 %) one gamma would miss those who leave early, so their counts are split into
//! about ten bins from the exact distribution, each matched by a gamma. The interval holds 80 % of the
//! probability: when zero has less than 10 %, it runs from the 10 % to the 90 % quantile; else it
//! is one-sided, from 0 to the 80 % quantile, because a two-sided interval that contains the atom
//! at zero would hold 90 %. When zero alone has 80 % or more the interval holds
//! more than 80 %: it can not hold less. Then the mean lies above the interval.
//!
//! **Interval of the total.** Normal on the log of the total: sum of the customers' variances
//! plus the uncertainty of the parameters (delta method). It assumes that the model is right.
//!
//! Invariants: `0 ≤ low ≤ high`, all finite; the same bits for any order of customers.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::fit::Fit;
use super::forecast::{CellForecast, Forecast};
use super::frequency::Frequency;
use super::numeric::matrix::quadratic_form;
use super::numeric::mixture::{Part, mixture_quantile};
use super::numeric::special::normal_quantile;
use super::spend::{SpendFit, SpendHistory, SpendLine};
use super::unit::{DiscountRate, Horizon, Margin};

/// Probability that an interval holds.
pub const INTERVAL_LEVEL: f64 = 0.8;
/// Probability below and above a two-sided interval.
const TAIL: f64 = 0.5 * (1.0 - INTERVAL_LEVEL);
/// Groups of equal (x, T) of one parallel task.
const GROUPS_PER_TASK: usize = 32;
/// Step of a log-parameter in finite differences.
const LOG_STEP: f64 = 1e-4;

/// Interval of a cell as multiples of the customer's expected amount (before margin).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct IntervalFactors {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Potential value of one customer, minor units, rounded half away from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PotentialValue {
    /// Expected value.
    pub mean_minor: i64,
    /// Lower end of the 80 % interval.
    pub low_minor: i64,
    /// Upper end of the 80 % interval.
    pub high_minor: i64,
}

/// Potential value of all customers, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TotalValue {
    /// Expected value.
    pub mean_minor: f64,
    /// Lower end of the 80 % interval.
    pub low_minor: f64,
    /// Upper end of the 80 % interval.
    pub high_minor: f64,
    /// Standard deviation from chance alone.
    pub chance_sd_minor: f64,
    /// Standard deviation from the uncertainty of the parameters; `None` when that is unknown.
    pub parameter_sd_minor: Option<f64>,
}

/// Forecast and spend model joined, ready to value any customer of the cells.
#[derive(Debug, Clone)]
pub struct Valuation<'a> {
    cells: &'a Cells,
    spend: &'a SpendFit,
    margin: Margin,
    forecast: Forecast,
    factors: Vec<IntervalFactors>,
}

impl<'a> Valuation<'a> {
    /// Forecasts all cells and computes their interval factors.
    pub fn new(
        fit: &Fit,
        spend: &'a SpendFit,
        cells: &'a Cells,
        horizon: Horizon,
        rate: DiscountRate,
        margin: Margin,
    ) -> Self {
        let forecast = fit.frequency.forecast(cells, horizon, rate);
        Self::from_forecast(fit, forecast, spend, cells, margin)
    }

    /// Same from a forecast that exists already, made by `fit` for `cells`.
    pub fn from_forecast(fit: &Fit, forecast: Forecast, spend: &'a SpendFit, cells: &'a Cells, margin: Margin) -> Self {
        let bins = fit.frequency.active_bins(cells, forecast.horizon, TAIL);
        let parts: Vec<Vec<IntervalFactors>> = cells
            .groups()
            .par_chunks(GROUPS_PER_TASK)
            .zip(bins.par_chunks(GROUPS_PER_TASK))
            .map(|(groups, bins)| {
                let mut out = Vec::new();
                for (group, bins) in groups.iter().zip(bins) {
                    let line = spend.line(cells.as_slice()[group.start].summary.x);
                    let forecasts = &forecast.cells[group.clone()];
                    out.extend(forecasts.iter().map(|f| interval_factors(f, bins, &line)));
                }
                out
            })
            .collect();
        let factors = parts.into_iter().flatten().collect();
        Self { cells, spend, margin, forecast, factors }
    }

    /// The forecast of all cells.
    pub fn forecast(&self) -> &Forecast {
        &self.forecast
    }

    /// Interval factors of all cells.
    pub fn factors(&self) -> &[IntervalFactors] {
        &self.factors
    }

    /// Forecast of the customer at `index` in the summaries.
    pub fn forecast_of(&self, index: usize) -> Option<&CellForecast> {
        let cell = *self.cells.cell_of().get(index)?;
        self.forecast.cells.get(cell as usize)
    }

    /// Potential value of the customer at `index`; `None` when there is no such customer.
    pub fn potential_of(&self, index: usize, history: SpendHistory) -> Option<PotentialValue> {
        let cell = *self.cells.cell_of().get(index)? as usize;
        let forecast = self.forecast.cells.get(cell)?;
        let factors = self.factors.get(cell)?;
        let unit = self.margin.fraction() * self.spend.expected_minor(history);
        let mean_minor = round_minor(unit * forecast.discounted);
        Some(PotentialValue {
            mean_minor,
            low_minor: round_minor(unit * factors.low),
            high_minor: round_minor(unit * factors.high),
        })
    }

    /// Potential value of all customers; `histories` in the order of the summaries, `fit` the one
    /// behind the forecast.
    pub fn total(&self, fit: &Fit, histories: &[SpendHistory]) -> TotalValue {
        let sums = spend_sums(self.cells, histories);
        let discounted: Vec<f64> = self.forecast.cells.iter().map(|f| f.discounted).collect();
        let mean = self.total_mean(&discounted, self.spend, &sums);
        let chance = self.total_variance(&sums);
        let parameters = self.parameter_variance(fit, mean, &discounted, &sums);
        let sd = (chance + parameters.unwrap_or(0.0)).max(0.0).sqrt();
        let spread = if mean > 0.0 {
            let log_sd = (1.0 + (sd / mean).powi(2)).ln().sqrt();
            let median = mean * (-0.5 * log_sd * log_sd).exp();
            let reach = (normal_quantile(1.0 - TAIL) * log_sd).exp();
            (median / reach, median * reach)
        } else {
            (0.0, 0.0)
        };
        TotalValue {
            mean_minor: mean,
            low_minor: spread.0,
            high_minor: spread.1,
            chance_sd_minor: chance.max(0.0).sqrt(),
            parameter_sd_minor: parameters.map(|v| v.max(0.0).sqrt()),
        }
    }

    fn total_mean(&self, discounted: &[f64], spend: &SpendFit, sums: &[SpendSums]) -> f64 {
        let none = spend.line(0);
        let cells = self.cells.as_slice().iter().zip(discounted).zip(sums);
        let total: f64 = cells
            .map(|((cell, discounted), sum)| {
                let line = spend.line(cell.summary.x);
                let known = (sum.known as f64 * line.offset_minor + sum.total as f64) * line.slope;
                let unknown = (u64::from(cell.customers).saturating_sub(sum.known)) as f64;
                discounted * (known + unknown * none.mean_minor(0.0))
            })
            .sum();
        total * self.margin.fraction()
    }

    fn total_variance(&self, sums: &[SpendSums]) -> f64 {
        let none = self.spend.line(0);
        let cells = self.cells.as_slice().iter().zip(&self.forecast.cells).zip(sums);
        let total: f64 = cells
            .map(|((cell, forecast), sum)| {
                let line = self.spend.line(cell.summary.x);
                let (n, o) = (sum.known as f64, line.offset_minor);
                let squares = (n * o * o + 2.0 * o * sum.total as f64 + sum.squares) * line.slope * line.slope;
                let unknown = (u64::from(cell.customers).saturating_sub(sum.known)) as f64;
                squares * relative_variance(forecast, &line)
                    + unknown * none.mean_minor(0.0).powi(2) * relative_variance(forecast, &none)
            })
            .sum();
        total * self.margin.fraction().powi(2)
    }

    /// Variance of the total mean under the asymptotic normal of both models' log-parameters.
    fn parameter_variance(&self, fit: &Fit, mean: f64, discounted: &[f64], sums: &[SpendSums]) -> Option<f64> {
        let (frequency_covariance, spend_covariance) =
            (fit.log_covariance.as_ref()?, self.spend.log_covariance.as_ref()?);
        let up = LOG_STEP.exp();
        let by_frequency: Vec<f64> = (0..frequency_covariance.len())
            .map(|index| {
                let factors: Vec<f64> = (0..=index).map(|i| if i == index { up } else { 1.0 }).collect();
                let parameters = fit.frequency.parameters.scaled(&factors);
                let moved = Frequency { parameters, unit: fit.unit };
                let (horizon, rate) = (self.forecast.horizon, self.forecast.rate);
                let moved = moved.discounted_by_cell(self.cells, horizon, rate);
                (self.total_mean(&moved, self.spend, sums) - mean) / LOG_STEP
            })
            .collect();
        let by_spend: Vec<f64> = (0..3)
            .map(|index| {
                let factors = std::array::from_fn(|i| if i == index { up } else { 1.0 });
                let moved = self.spend.scaled(factors);
                (self.total_mean(discounted, &moved, sums) - mean) / LOG_STEP
            })
            .collect();
        let variance =
            quadratic_form(frequency_covariance, &by_frequency) + quadratic_form(spend_covariance, &by_spend);
        variance.is_finite().then_some(variance)
    }
}

/// Exact sums of the known spend histories of one cell (squares as a float of exact terms).
#[derive(Debug, Clone, Copy, Default)]
struct SpendSums {
    known: u64,
    total: i128,
    squares: f64,
}

fn spend_sums(cells: &Cells, histories: &[SpendHistory]) -> Vec<SpendSums> {
    let mut exact = vec![(0_u64, 0_i128, 0_u128); cells.len()];
    for (cell, history) in cells.cell_of().iter().zip(histories) {
        if history.is_known() {
            let sum = &mut exact[*cell as usize];
            let total = i128::from(history.total_minor);
            sum.0 += 1;
            sum.1 += total;
            sum.2 = sum.2.saturating_add(total.unsigned_abs().pow(2));
        }
    }
    exact.into_iter().map(|(known, total, squares)| SpendSums { known, total, squares: squares as f64 }).collect()
}

/// Variance of the discounted amounts in the horizon, in units of the squared expected amount.
fn relative_variance(forecast: &CellForecast, line: &SpendLine) -> f64 {
    if forecast.purchases <= 0.0 {
        return 0.0;
    }
    /// Keeps the variance finite where the model's own is not (tail shape of at most 2).
    const MIN_EXCESS: f64 = 0.1;
    let discount = forecast.discounted / forecast.purchases;
    let spread = (line.tail_shape - 1.0) / (line.tail_shape - 2.0).max(MIN_EXCESS);
    let m = forecast.purchases_if_active;
    let squares = forecast.p_active * (forecast.variance_if_active + m * m);
    let noise = forecast.purchases / line.amount_shape;
    discount * discount * (spread * (noise + squares) - forecast.purchases * forecast.purchases)
}

/// The interval of a cell in units of the customer's expected amount; `bins` are the counts of
/// the living customers of its group who buy.
fn interval_factors(forecast: &CellForecast, bins: &[(f64, f64, f64)], line: &SpendLine) -> IntervalFactors {
    let p_zero = 1.0 - forecast.p_active;
    if p_zero >= INTERVAL_LEVEL || forecast.purchases <= 0.0 {
        return IntervalFactors::default();
    }
    // Amounts in units of 1/rate: Gamma(p·Y); mean p·m, variance p·m + p²·v.
    let p = line.amount_shape;
    let part = |(weight, mean, variance): &(f64, f64, f64)| Part {
        weight: *weight,
        mean: p * mean,
        variance: p * mean + p * p * variance,
    };
    let whole = [part(&(1.0, forecast.purchases_if_active, forecast.variance_if_active))];
    let binned: Vec<Part>;
    let (low_level, high_level, parts) = if p_zero < TAIL && !bins.is_empty() {
        binned = bins.iter().map(part).collect();
        (TAIL, 1.0 - TAIL, binned.as_slice())
    } else {
        (0.0, INTERVAL_LEVEL, whole.as_slice())
    };
    let discount = forecast.discounted / forecast.purchases;
    let unit = discount * (line.tail_shape - 1.0) / p;
    let quantile = |level: f64| {
        let given_active = (level - p_zero) / forecast.p_active;
        unit * mixture_quantile(given_active, parts, line.tail_shape)
    };
    IntervalFactors { low: if low_level > 0.0 { quantile(low_level) } else { 0.0 }, high: quantile(high_level) }
}

/// Rounds a computed amount to minor units, half away from zero; the one place where value
/// figures are rounded.
pub fn round_minor(amount: f64) -> i64 {
    // `as` saturates and maps NaN to 0.
    amount.round() as i64
}

/// Historical, current and potential value of one customer; they add to the cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ValueParts {
    /// Profit before the current window.
    pub historical_minor: i64,
    /// Profit within the current window.
    pub current_minor: i64,
    /// Expected profit in the horizon.
    pub potential_minor: i64,
    /// The exact sum of the three.
    pub lifetime_minor: i64,
}

/// Joins the three parts; `revenue_minor` is all revenue so far, of which `current_revenue_minor` in the window.
///
/// The margin is applied to both, each rounded once, and historical value is what remains: so another window moves money
/// between the first two and changes no sum. It is within one unit of the margin on what came before the window.
pub fn value_parts(revenue_minor: i64, current_revenue_minor: i64, margin: Margin, potential_minor: i64) -> ValueParts {
    let current_minor = margin.apply_minor(current_revenue_minor);
    let historical_minor = margin.apply_minor(revenue_minor).saturating_sub(current_minor);
    ValueParts {
        historical_minor,
        current_minor,
        potential_minor,
        lifetime_minor: historical_minor.saturating_add(current_minor).saturating_add(potential_minor),
    }
}
