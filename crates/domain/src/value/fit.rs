//! Fitting a frequency model to cells by maximum likelihood.
//!
//! Invariants: legitimate data never give an error, a NaN or a panic: too little data, a missing
//! drop-out and a failed search are results. The fit does not depend on the order of customers
//! nor on the number of threads.
//!
//! Callers may rely on: `frequency` is the model to predict with; it is the NBD when `warnings`
//! contains `no_measurable_dropout`, and then `log_likelihood`, `aic` and `bic` are the NBD's.
//!
//! Sources: value.md E3, E4; the likelihood's constant is that of the published figures.

use serde::{Deserialize, Serialize};

use super::bg_nbd::{self, DropRule};
use super::cells::Cells;
use super::design::Design;
use super::estimate::{Estimate, estimate};
use super::frequency::{Frequency, Model, Parameters};
use super::numeric::bfgs::Evaluation;
use super::unit::TimeUnit;
use super::warning::{Insufficiency, MIN_CUSTOMERS, MIN_REPEATERS, Outcome, Warning};
use super::{nbd, pareto_nbd};

/// Rows kept for the search of the start on large sets.
const THIN_ROWS: usize = 2_000;
/// Drop-out that gains less log-likelihood than this over the NBD is not measurable. (A gain of
/// 1.35 would be significant at 5 %; the known boundary sets gain less than 1e-6.)
const MIN_DROPOUT_GAIN: f64 = 1e-2;
/// Gain over the Poisson model below which customers count as alike.
const MIN_MIXTURE_GAIN: f64 = 1e-2;
/// A shape parameter above this means that customers do not measurably differ in it.
const HOMOGENEOUS_SHAPE: f64 = 1e3;

/// A parameter and its name in the papers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedValue {
    /// Name, e.g. `alpha`.
    pub name: String,
    /// Value; times in the fit's unit.
    pub value: f64,
}

/// A fitted frequency model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The model asked for.
    pub model: Model,
    /// The unit of the time parameters.
    pub unit: TimeUnit,
    /// The model to predict with.
    pub frequency: Frequency,
    /// Its parameters by name.
    pub params: Vec<NamedValue>,
    /// Standard errors in the order of `params`.
    pub std_errors: Option<Vec<f64>>,
    /// Covariance of the log-parameters, in the order of `params`.
    pub log_covariance: Option<Vec<Vec<f64>>>,
    /// Log-likelihood (the constant of the published figures).
    pub log_likelihood: f64,
    /// Log-likelihood of the NBD on the same data, for comparison.
    pub nbd_log_likelihood: f64,
    /// Whether the stop rules were met.
    pub converged: bool,
    /// Iterations of the final search.
    pub iterations: u32,
    /// Customers.
    pub customers: u64,
    /// Customers with a repeat.
    pub repeaters: u64,
    /// Akaike's criterion, smaller is better.
    pub aic: f64,
    /// Bayes' criterion, smaller is better.
    pub bic: f64,
    /// What the reader must know.
    pub warnings: Vec<Warning>,
}

/// Fits `model` to `cells` with time parameters in `unit`.
pub fn fit_frequency(model: Model, cells: &Cells, unit: TimeUnit) -> Outcome<Fit> {
    let (customers, repeaters) = (cells.customers(), cells.repeaters());
    let insufficient = Outcome::Insufficient(Insufficiency::TooLittleData { customers, repeaters });
    if customers < MIN_CUSTOMERS || repeaters < MIN_REPEATERS {
        return insufficient;
    }
    let design = Design::new(cells, unit);
    let thin = design.thinned(THIN_ROWS);
    let Some(base) = fit_nbd(&design, thin.as_ref(), unit) else {
        return insufficient;
    };
    let nbd_value = -base.value * design.total_weight;
    let mut warnings = Vec::new();
    if nbd_value - nbd::poisson_log_likelihood(&design) < MIN_MIXTURE_GAIN {
        warnings.push(Warning::HomogeneousRate);
    }
    let full = if model == Model::Nbd { None } else { fit_with_drop_out(model, &design, thin.as_ref(), unit) };
    let gain = full.as_ref().map_or(0.0, |e| -e.value * design.total_weight - nbd_value);
    let totals = Totals { customers, repeaters, nbd_value, weight: design.total_weight };
    Outcome::Fitted(match full {
        Some(found) if gain >= MIN_DROPOUT_GAIN => {
            let parameters = parameters_of(model, found.log_params.map(f64::exp));
            warn_of_shapes(&parameters, &mut warnings);
            describe(model, Frequency { parameters, unit }, &found, &totals, warnings)
        }
        _ => {
            if model != Model::Nbd {
                warnings.push(Warning::NoMeasurableDropout);
            }
            let [r, alpha] = base.log_params.map(f64::exp);
            let parameters = Parameters::Nbd { r, alpha };
            describe(model, Frequency { parameters, unit }, &base, &totals, warnings)
        }
    })
}

fn fit_nbd(design: &Design, thin: Option<&Design>, unit: TimeUnit) -> Option<Estimate<2>> {
    let time = design.median_age(unit);
    let starts = [[1.0, time / 4.0], [0.3, time / 8.0], [3.0, 2.0 * time]];
    let target = |design: &Design, at: &[f64; 2]| nbd::evaluate(design, at);
    run(&target, design, thin, &starts)
}

fn fit_with_drop_out(model: Model, design: &Design, thin: Option<&Design>, unit: TimeUnit) -> Option<Estimate<4>> {
    let time = design.median_age(unit);
    let target = |design: &Design, at: &[f64; 4]| evaluate(model, design, at);
    let starts = match model {
        Model::ParetoNbd | Model::Nbd => {
            [[1.0, time / 4.0, 1.0, time / 4.0], [0.5, time / 3.0, 0.5, time / 3.0], [2.0, time, 0.3, time]]
        }
        Model::BgNbd | Model::MbgNbd => {
            [[1.0, time / 4.0, 1.0, 3.0], [0.3, time / 8.0, 0.5, 1.5], [2.0, time, 0.2, 2.0]]
        }
    };
    run(&target, design, thin, &starts)
}

fn run<const N: usize>(
    target: &dyn Fn(&Design, &[f64; N]) -> Evaluation<N>,
    design: &Design,
    thin: Option<&Design>,
    starts: &[[f64; N]],
) -> Option<Estimate<N>> {
    let full = |at: &[f64; N]| target(design, at);
    let sample = thin.map(|thin| move |at: &[f64; N]| target(thin, at));
    estimate(&full, sample.as_ref(), starts, design.total_weight)
}

/// Mean negative log-likelihood of a model with drop-out and its gradient.
fn evaluate(model: Model, design: &Design, at: &[f64; 4]) -> Evaluation<4> {
    match model {
        Model::ParetoNbd | Model::Nbd => pareto_nbd::evaluate(design, at),
        Model::BgNbd => bg_nbd::evaluate(design, DropRule::AfterRepeat, at),
        Model::MbgNbd => bg_nbd::evaluate(design, DropRule::AfterAny, at),
    }
}

/// Log-likelihood of known parameters and its gradient with respect to the parameters, for
/// diagnostics and tests. Times in the model's unit.
pub fn log_likelihood(frequency: &Frequency, cells: &Cells) -> (f64, Vec<f64>) {
    let design = Design::new(cells, frequency.unit);
    let values = frequency.parameters.values();
    let scale = -design.total_weight;
    let (value, gradient) = match frequency.parameters.model() {
        Model::Nbd => {
            let at = std::array::from_fn(|i| values[i].ln());
            let found = nbd::evaluate(&design, &at);
            (found.value, found.gradient.to_vec())
        }
        model => {
            let at = std::array::from_fn(|i| values[i].ln());
            let found = evaluate(model, &design, &at);
            (found.value, found.gradient.to_vec())
        }
    };
    (value * scale, gradient.iter().zip(&values).map(|(g, v)| g * scale / v).collect())
}

fn parameters_of(model: Model, values: [f64; 4]) -> Parameters {
    let [first, second, third, fourth] = values;
    match model {
        Model::ParetoNbd => Parameters::ParetoNbd { r: first, alpha: second, s: third, beta: fourth },
        Model::BgNbd => Parameters::BgNbd { r: first, alpha: second, a: third, b: fourth },
        Model::MbgNbd => Parameters::MbgNbd { r: first, alpha: second, a: third, b: fourth },
        Model::Nbd => Parameters::Nbd { r: first, alpha: second },
    }
}

fn warn_of_shapes(parameters: &Parameters, warnings: &mut Vec<Warning>) {
    let spread = match *parameters {
        Parameters::ParetoNbd { s, .. } => s,
        Parameters::BgNbd { a, b, .. } | Parameters::MbgNbd { a, b, .. } => a + b,
        Parameters::Nbd { .. } => 0.0,
    };
    if spread > HOMOGENEOUS_SHAPE {
        warnings.push(Warning::HomogeneousDropout);
    }
}

struct Totals {
    customers: u64,
    repeaters: u64,
    nbd_value: f64,
    weight: f64,
}

fn describe<const N: usize>(
    model: Model,
    frequency: Frequency,
    found: &Estimate<N>,
    totals: &Totals,
    mut warnings: Vec<Warning>,
) -> Fit {
    if !found.converged {
        warnings.push(Warning::NotConverged);
    }
    if found.covariance.is_none() {
        warnings.push(Warning::NoStandardErrors);
    }
    let log_likelihood = -found.value * totals.weight;
    let count = N as f64;
    let names = frequency.parameters.model().parameter_names();
    Fit {
        model,
        unit: frequency.unit,
        frequency,
        params: names
            .iter()
            .zip(frequency.parameters.values())
            .map(|(name, value)| NamedValue { name: (*name).to_owned(), value })
            .collect(),
        std_errors: found.std_errors(),
        log_covariance: found.covariance_rows(),
        log_likelihood,
        nbd_log_likelihood: totals.nbd_value,
        converged: found.converged,
        iterations: found.iterations,
        customers: totals.customers,
        repeaters: totals.repeaters,
        aic: 2.0 * count - 2.0 * log_likelihood,
        bic: count * totals.weight.ln() - 2.0 * log_likelihood,
        warnings,
    }
}
