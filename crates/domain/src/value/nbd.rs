//! NBD: Poisson buying with gamma-distributed rates and no drop-out (Ehrenberg 1959).
//!
//! The limit of all three drop-out models and their fall-back. The likelihood leaves out the
//! same constant as theirs, so log-likelihoods compare directly.

use super::design::{Design, Row};
use super::numeric::bfgs::Evaluation;

/// Mean negative log-likelihood and gradient at log-parameters (r, alpha).
pub(crate) fn evaluate(design: &Design, log_params: &[f64; 2]) -> Evaluation<2> {
    let [r, alpha] = log_params.map(f64::exp);
    let ln_alpha = log_params[1];
    let gamma = design.gamma_ratio(r);
    let shifted = design.shifted(alpha);
    let [value, by_r, by_alpha] = design.sum(|row: &Row| {
        let (ln_ratio, slope) = gamma[row.x as usize];
        let shape = r + f64::from(design.x[row.x as usize]);
        let ln_t = shifted.ln[row.t as usize];
        let w = row.weight;
        [
            w * (ln_ratio + r * ln_alpha - shape * ln_t),
            w * (slope + ln_alpha - ln_t),
            w * (r / alpha - shape * shifted.inverse[row.t as usize]),
        ]
    });
    let scale = -1.0 / design.total_weight;
    Evaluation { value: value * scale, gradient: [by_r * r * scale, by_alpha * alpha * scale] }
}

/// Log-likelihood of the Poisson model (everybody buys at one rate), the limit of large r and
/// alpha, with the same constant left out.
pub(crate) fn poisson_log_likelihood(design: &Design) -> f64 {
    let [repeats, time] = design.sum(|row: &Row| {
        let x = f64::from(design.x[row.x as usize]);
        [row.weight * x, row.weight * design.times[row.t as usize]]
    });
    if repeats <= 0.0 || time <= 0.0 {
        return 0.0;
    }
    repeats * (repeats / time).ln() - repeats
}
