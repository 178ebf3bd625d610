//! Gamma-Gamma model of the mean amount per purchase.
//!
//! Invariants: amounts enter as exact sums in minor units; parameters are in major units
//! (`gamma` in currency units), as in the papers; only repeat occasions count, and only customers
//! whose repeat amounts sum to more than zero. Others are treated like customers without a repeat.
//!
//! Sources: Fader, Hardie & Lee, JMR 42 (2005); brucehardie.com note 025, formulas (1a) and (5).

use serde::{Deserialize, Serialize};

use super::design::sum_chunks;
use super::estimate::{Estimate, estimate};
use super::fit::NamedValue;
use super::numeric::bfgs::Evaluation;
use super::numeric::special::{digamma, ln_gamma};
use super::warning::{Insufficiency, MAX_SPEND_CORRELATION, MIN_REPEATERS, Outcome, Warning};

/// Rows kept for the search of the start on large sets.
const THIN_ROWS: usize = 4_000;
/// Smallest `q` with which the model's mean p·gamma/(q-1) is used.
const MIN_TAIL_SHAPE: f64 = 1.05;
/// Tail shape assumed for intervals when the model has no mean.
const FALLBACK_TAIL_SHAPE: f64 = 3.0;

/// Repeat occasions of one customer and the exact sum of their amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct SpendHistory {
    /// Repeat occasions.
    pub x: u32,
    /// Sum of the amounts of the repeat occasions, minor units.
    pub total_minor: i64,
}

impl SpendHistory {
    /// Whether it says anything about spend.
    pub const fn is_known(self) -> bool {
        self.x > 0 && self.total_minor > 0
    }
}

/// A fitted spend model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpendFit {
    /// Shape of the amounts of one customer.
    pub p: f64,
    /// Shape of the customers' rates; the mean exists for `q > 1`.
    pub q: f64,
    /// Scale, in major units.
    pub gamma: f64,
    /// The parameters by name.
    pub params: Vec<NamedValue>,
    /// Standard errors of (p, q, gamma).
    pub std_errors: Option<Vec<f64>>,
    /// Covariance of the log-parameters.
    pub log_covariance: Option<Vec<Vec<f64>>>,
    /// Log-likelihood of mean amounts in major units.
    pub log_likelihood: f64,
    /// Whether the stop rules were met.
    pub converged: bool,
    /// Iterations of the final search.
    pub iterations: u32,
    /// Customers the fit rests on.
    pub repeaters: u64,
    /// Pearson correlation of repeat count and mean amount.
    pub correlation: f64,
    /// Plain mean of the customers' mean amounts, minor units.
    pub average_minor: f64,
    /// Minor units of one major unit (100 for cents).
    pub minor_per_major: u32,
    /// What the reader must know.
    pub warnings: Vec<Warning>,
}

/// Posterior mean spend as a line in the customer's total: (offset + total) · slope, with the
/// shapes needed for its spread. Minor units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpendLine {
    pub offset_minor: f64,
    pub slope: f64,
    /// Gamma shape of one amount around the customer's own mean.
    pub amount_shape: f64,
    /// Shape of the posterior of the customer's rate; above 1.
    pub tail_shape: f64,
}

impl SpendLine {
    pub(crate) fn mean_minor(&self, total_minor: f64) -> f64 {
        (self.offset_minor + total_minor) * self.slope
    }
}

impl SpendFit {
    /// Expected amount of one future purchase, minor units.
    pub fn expected_minor(&self, history: SpendHistory) -> f64 {
        let known = history.is_known();
        let total = if known { history.total_minor as f64 } else { 0.0 };
        self.line(if known { history.x } else { 0 }).mean_minor(total)
    }

    /// Expected amount for a customer of whom nothing is known, minor units.
    pub fn population_mean_minor(&self) -> f64 {
        self.expected_minor(SpendHistory::default())
    }

    pub(crate) fn line(&self, x: u32) -> SpendLine {
        let x = f64::from(x);
        if self.q < MIN_TAIL_SHAPE {
            return SpendLine {
                offset_minor: self.average_minor,
                slope: 1.0 / (x + 1.0),
                amount_shape: self.p,
                tail_shape: self.p * x + FALLBACK_TAIL_SHAPE,
            };
        }
        let tail_shape = self.p * x + self.q;
        SpendLine {
            offset_minor: self.gamma * f64::from(self.minor_per_major),
            slope: self.p / (tail_shape - 1.0),
            amount_shape: self.p,
            tail_shape,
        }
    }

    /// Same fit with parameters multiplied by `factors`, for parameter uncertainty.
    pub(crate) fn scaled(&self, factors: [f64; 3]) -> Self {
        let [p, q, gamma] = factors;
        Self { p: self.p * p, q: self.q * q, gamma: self.gamma * gamma, ..self.clone() }
    }
}

/// Equal histories grouped.
struct SpendRow {
    x_index: u32,
    x: f64,
    mean: f64,
    ln_total: f64,
    weight: f64,
}

struct SpendDesign {
    rows: Vec<SpendRow>,
    x: Vec<u32>,
    total_weight: f64,
}

impl SpendDesign {
    /// Groups the known histories; `every` keeps each n-th group only.
    fn new(sorted: &[SpendHistory], minor_per_major: u32, every: usize) -> Self {
        let mut x: Vec<u32> = Vec::new();
        let mut rows = Vec::new();
        for (index, same) in sorted.chunk_by(|a, b| a == b).enumerate() {
            if index % every != every / 2 {
                continue;
            }
            let history = same[0];
            if x.last() != Some(&history.x) {
                x.push(history.x);
            }
            let total = history.total_minor as f64 / f64::from(minor_per_major);
            rows.push(SpendRow {
                x_index: x.len() as u32 - 1,
                x: f64::from(history.x),
                mean: total / f64::from(history.x),
                ln_total: total.ln(),
                weight: same.len() as f64,
            });
        }
        let total_weight = rows.iter().map(|r| r.weight).sum();
        Self { rows, x, total_weight }
    }

    /// Mean negative log-likelihood and gradient at log-parameters (p, q, gamma).
    fn evaluate(&self, log_params: &[f64; 3]) -> Evaluation<3> {
        let params = log_params.map(f64::exp);
        let [p, q, gamma] = params;
        let ln_gamma_scale = log_params[2];
        let (ln_gamma_q, psi_q) = (ln_gamma(q), digamma(q));
        let tables: Vec<[f64; 3]> = self
            .x
            .iter()
            .map(|x| {
                let shape = p * f64::from(*x);
                let both = digamma(shape + q);
                [ln_gamma(shape + q) - ln_gamma(shape) - ln_gamma_q, both - digamma(shape), both - psi_q]
            })
            .collect();
        let sums: [f64; 4] = sum_chunks(&self.rows, |row: &SpendRow| {
            let [ln_ratio, by_shape, by_q] = tables[row.x_index as usize];
            let shape = p * row.x;
            let sum = gamma + row.x * row.mean;
            let ln_sum = sum.ln();
            let w = row.weight;
            // x^(px) z^(px-1) = (xz)^(px) / z
            let constant = row.ln_total - row.x.ln();
            [
                w * (ln_ratio + q * ln_gamma_scale + shape * row.ln_total - constant - (shape + q) * ln_sum),
                w * row.x * (by_shape + row.ln_total - ln_sum),
                w * (by_q + ln_gamma_scale - ln_sum),
                w * (q / gamma - (shape + q) / sum),
            ]
        });
        let scale = -1.0 / self.total_weight;
        Evaluation { value: sums[0] * scale, gradient: std::array::from_fn(|i| sums[i + 1] * params[i] * scale) }
    }

    fn average(&self) -> f64 {
        self.rows.iter().map(|r| r.weight * r.mean).sum::<f64>() / self.total_weight
    }

    /// Pearson correlation of x and the mean amount; 0 when one of them does not vary.
    fn correlation(&self) -> f64 {
        let mean_x = self.rows.iter().map(|r| r.weight * r.x).sum::<f64>() / self.total_weight;
        let mean_z = self.average();
        let [xx, zz, xz] = sum_chunks(&self.rows, |r: &SpendRow| {
            let (dx, dz) = (r.x - mean_x, r.mean - mean_z);
            [r.weight * dx * dx, r.weight * dz * dz, r.weight * dx * dz]
        });
        if xx > 0.0 && zz > 0.0 { xz / (xx * zz).sqrt() } else { 0.0 }
    }
}

/// Fits the spend model. `minor_per_major` is 100 for a currency with cents.
pub fn fit_spend(histories: &[SpendHistory], minor_per_major: u32) -> Outcome<SpendFit> {
    let minor_per_major = minor_per_major.max(1);
    let mut known: Vec<SpendHistory> = histories.iter().copied().filter(|h| h.is_known()).collect();
    known.sort_unstable();
    let insufficient = Outcome::Insufficient(Insufficiency::TooLittleData {
        customers: histories.len() as u64,
        repeaters: known.len() as u64,
    });
    if (known.len() as u64) < MIN_REPEATERS {
        return insufficient;
    }
    let design = SpendDesign::new(&known, minor_per_major, 1);
    let every = design.rows.len() / THIN_ROWS;
    let thin = (every > 1).then(|| SpendDesign::new(&known, minor_per_major, every));
    let mean = design.average();
    let starts = [[2.0, 3.0, mean], [6.0, 4.0, mean / 2.0], [1.0, 2.0, mean]];
    let full = |at: &[f64; 3]| design.evaluate(at);
    let sample = thin.as_ref().map(|thin| |at: &[f64; 3]| thin.evaluate(at));
    match estimate(&full, sample.as_ref(), &starts, design.total_weight) {
        Some(found) => Outcome::Fitted(describe(&design, &found, minor_per_major)),
        None => insufficient,
    }
}

fn describe(design: &SpendDesign, found: &Estimate<3>, minor_per_major: u32) -> SpendFit {
    let [p, q, gamma] = found.log_params.map(f64::exp);
    let correlation = design.correlation();
    let mut warnings = Vec::new();
    if correlation.abs() > MAX_SPEND_CORRELATION {
        warnings.push(Warning::SpendDependsOnFrequency { correlation });
    }
    if q < MIN_TAIL_SHAPE {
        warnings.push(Warning::SpendMeanUndefined);
    }
    if !found.converged {
        warnings.push(Warning::NotConverged);
    }
    if found.covariance.is_none() {
        warnings.push(Warning::NoStandardErrors);
    }
    SpendFit {
        p,
        q,
        gamma,
        params: [("p", p), ("q", q), ("gamma", gamma)]
            .into_iter()
            .map(|(name, value)| NamedValue { name: name.to_owned(), value })
            .collect(),
        std_errors: found.std_errors(),
        log_covariance: found.covariance_rows(),
        log_likelihood: -found.value * design.total_weight,
        converged: found.converged,
        iterations: found.iterations,
        repeaters: design.total_weight as u64,
        correlation,
        average_minor: design.average() * f64::from(minor_per_major),
        minor_per_major,
        warnings,
    }
}
