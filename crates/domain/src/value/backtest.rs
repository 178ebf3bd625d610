//! Back-test: fits made on the calibration period against what customers did in the hold-out.
//!
//! Invariants: errors are summed over sorted (cell, actual) pairs, so any order of customers
//! gives the same bits. Weeks are counted from the end of the fit, as in `fold::WeeklyRepeats`.
//!
//! Callers may rely on: `default_model` is pareto_nbd unless another model has both a lower MAE
//! and a lower RMSE by [`DEFAULT_MARGIN`] or more.

use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::fit::Fit;
use super::fold::WeeklyRepeats;
use super::forecast::CellForecast;
use super::frequency::Model;
use super::unit::{DiscountRate, Horizon};

/// Share by which another model must beat the default in MAE and in RMSE.
pub const DEFAULT_MARGIN: f64 = 0.02;
/// Frequency classes: x = 0 to 6, and 7 or more.
pub const CLASSES: usize = 8;

/// One frequency class.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ClassResult {
    /// Customers with this many repeats in the fit (the last class: 7 or more).
    pub customers: u64,
    /// Mean actual purchases in the hold-out.
    pub actual_mean: f64,
    /// Mean predicted purchases.
    pub predicted_mean: f64,
}

/// One week of the tracking curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeekResult {
    /// Week; 0 is the first one of the hold-out.
    pub week: i32,
    /// Actual repeats of the cohort in the week.
    pub actual: u64,
    /// Predicted repeats of the cohort in the week.
    pub predicted: f64,
    /// Actual repeats up to the end of the week.
    pub actual_cumulative: u64,
    /// Predicted repeats up to the end of the week.
    pub predicted_cumulative: f64,
}

/// One model against the hold-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelResult {
    /// The model asked for.
    pub model: Model,
    /// Predicted purchases of all customers.
    pub predicted_total: f64,
    /// Mean absolute error per customer.
    pub mae: f64,
    /// Root mean square error per customer.
    pub rmse: f64,
    /// Pearson correlation; `None` when actual or predicted does not vary.
    pub correlation: Option<f64>,
    /// How well P(active) ranks who buys (area under the ROC curve); `None` when all or none buy.
    pub auc_p_active: Option<f64>,
    /// By frequency class.
    pub classes: [ClassResult; CLASSES],
    /// By week, over the fit and the hold-out.
    pub weeks: Vec<WeekResult>,
}

/// All models against the hold-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Length of the hold-out.
    pub horizon: Horizon,
    /// Customers.
    pub customers: u64,
    /// Purchases in the hold-out.
    pub actual_total: u64,
    /// The model to use.
    pub default_model: Model,
    /// One per fit, in the order given.
    pub models: Vec<ModelResult>,
}

/// Customers of one cell with the same number of hold-out purchases.
struct Bucket {
    cell: usize,
    actual: u32,
    customers: u64,
}

/// Compares `fits` (made on `cells`) with `holdout`: purchases of each customer in the `horizon`
/// after the fit, in the order of the summaries. `weekly` comes from the same fold.
pub fn run_backtest(
    cells: &Cells,
    fits: &[Fit],
    holdout: &[u32],
    horizon: Horizon,
    weekly: &WeeklyRepeats,
) -> Backtest {
    let buckets = bucket(cells, holdout);
    let models: Vec<ModelResult> = fits.iter().map(|fit| judge(cells, fit, &buckets, horizon, weekly)).collect();
    Backtest {
        horizon,
        customers: cells.customers(),
        actual_total: holdout.iter().map(|n| u64::from(*n)).sum(),
        default_model: choose_default(&models),
        models,
    }
}

fn bucket(cells: &Cells, holdout: &[u32]) -> Vec<Bucket> {
    let mut keys: Vec<u64> =
        cells.cell_of().iter().zip(holdout).map(|(cell, actual)| u64::from(*cell) << 32 | u64::from(*actual)).collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b)
        .map(|same| Bucket { cell: (same[0] >> 32) as usize, actual: same[0] as u32, customers: same.len() as u64 })
        .collect()
}

fn judge(cells: &Cells, fit: &Fit, buckets: &[Bucket], horizon: Horizon, weekly: &WeeklyRepeats) -> ModelResult {
    let forecast = fit.frequency.forecast(cells, horizon, DiscountRate::NONE);
    let count = buckets.iter().map(|b| b.customers).sum::<u64>().max(1) as f64;
    let mean_of =
        |figure: &dyn Fn(&Bucket) -> f64| buckets.iter().map(|b| b.customers as f64 * figure(b)).sum::<f64>() / count;
    let predicted = |b: &Bucket| forecast.cells[b.cell].purchases;
    let actual = |b: &Bucket| f64::from(b.actual);
    let (mean_p, mean_a) = (mean_of(&predicted), mean_of(&actual));
    let var_p = mean_of(&|b| (predicted(b) - mean_p).powi(2));
    let var_a = mean_of(&|b| (actual(b) - mean_a).powi(2));
    let covariance = mean_of(&|b| (predicted(b) - mean_p) * (actual(b) - mean_a));
    let varies = var_p > 0.0 && var_a > 0.0;
    ModelResult {
        model: fit.model,
        predicted_total: forecast.total_purchases(cells),
        mae: mean_of(&|b| (predicted(b) - actual(b)).abs()),
        rmse: mean_of(&|b| (predicted(b) - actual(b)).powi(2)).sqrt(),
        correlation: varies.then(|| covariance / (var_p * var_a).sqrt()),
        auc_p_active: area_under_curve(buckets, &forecast.cells),
        classes: by_class(cells, buckets, &forecast.cells),
        weeks: by_week(cells, fit, horizon, weekly),
    }
}

/// Probability that a random buyer has a higher P(active) than a random non-buyer; ties half.
fn area_under_curve(buckets: &[Bucket], forecasts: &[CellForecast]) -> Option<f64> {
    let mut ranked: Vec<(f64, u64, u64)> = buckets
        .iter()
        .map(|b| {
            let bought = b.actual > 0;
            let (yes, no) = if bought { (b.customers, 0) } else { (0, b.customers) };
            (forecasts[b.cell].p_active, yes, no)
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut buyers, mut others, mut twice) = (0_u128, 0_u128, 0_u128);
    for ties in ranked.chunk_by(|a, b| a.0 == b.0) {
        let yes: u128 = ties.iter().map(|t| u128::from(t.1)).sum();
        let no: u128 = ties.iter().map(|t| u128::from(t.2)).sum();
        twice += yes * (2 * others + no);
        buyers += yes;
        others += no;
    }
    (buyers > 0 && others > 0).then(|| twice as f64 / (2 * buyers * others) as f64)
}

fn by_class(cells: &Cells, buckets: &[Bucket], forecasts: &[CellForecast]) -> [ClassResult; CLASSES] {
    let mut classes = [ClassResult::default(); CLASSES];
    for b in buckets {
        let x = cells.as_slice()[b.cell].summary.x as usize;
        let class = &mut classes[x.min(CLASSES - 1)];
        class.customers += b.customers;
        class.actual_mean += b.customers as f64 * f64::from(b.actual);
        class.predicted_mean += b.customers as f64 * forecasts[b.cell].purchases;
    }
    for class in &mut classes {
        let customers = class.customers.max(1) as f64;
        class.actual_mean /= customers;
        class.predicted_mean /= customers;
    }
    classes
}

/// Tracking curve from the first repeat week to the last whole or part week of the hold-out.
fn by_week(cells: &Cells, fit: &Fit, horizon: Horizon, weekly: &WeeklyRepeats) -> Vec<WeekResult> {
    let weeks_ahead = (horizon.span().in_unit(super::unit::TimeUnit::Week) - 1e-9).ceil().max(0.0) as i32;
    let last_age = cells.as_slice().iter().map(|c| c.summary.t).max().unwrap_or(0);
    let first = -(last_age.div_ceil(7) as i32).max(-weekly.range().start);
    let ends: Vec<i32> = (first..weeks_ahead).map(|week| (week + 1) * 7).collect();
    let expected = fit.frequency.cumulative_repeats(cells, &ends);
    let mut out = Vec::with_capacity(ends.len());
    let (mut before, mut actual_cumulative) = (0.0, 0);
    for (week, cumulative) in (first..weeks_ahead).zip(expected) {
        let actual = weekly.get(week);
        actual_cumulative += actual;
        out.push(WeekResult {
            week,
            actual,
            predicted: cumulative - before,
            actual_cumulative,
            predicted_cumulative: cumulative,
        });
        before = cumulative;
    }
    out
}

/// Pareto/NBD, unless another model is clearly better on both errors.
fn choose_default(models: &[ModelResult]) -> Model {
    let Some(base) = models.iter().find(|m| m.model == Model::ParetoNbd) else {
        return models.first().map_or(Model::ParetoNbd, |m| m.model);
    };
    let beats = |m: &&ModelResult| {
        let limit = 1.0 - DEFAULT_MARGIN;
        m.mae <= base.mae * limit && m.rmse <= base.rmse * limit
    };
    models.iter().filter(beats).min_by(|a, b| a.rmse.total_cmp(&b.rmse)).map_or(Model::ParetoNbd, |m| m.model)
}
