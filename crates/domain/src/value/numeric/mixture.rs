//! Quantiles of a mixture of scaled beta-prime variables.
//!
//! Invariant: the answer is finite and not negative; one part costs no more than
//! [`beta_prime_quantile`].

use super::special::{beta_prime_quantile, incomplete_beta, ln_gamma};

/// A gamma-distributed numerator, given by its moments, with its share of the mixture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub weight: f64,
    pub mean: f64,
    pub variance: f64,
}

impl Part {
    fn shape(&self) -> f64 {
        self.mean * self.mean / self.variance
    }

    fn scale(&self) -> f64 {
        self.variance / self.mean
    }
}

/// The `level` quantile of N/D, where N is the mixture of gammas in `parts` (weights sum to 1)
/// and D an independent unit-rate gamma of shape `tail_shape`. Relative precision 1e-7.
pub(crate) fn mixture_quantile(level: f64, parts: &[Part], tail_shape: f64) -> f64 {
    const MAX_STEPS: u32 = 60;
    let alone = |part: &Part| part.scale() * beta_prime_quantile(level, part.shape(), tail_shape);
    if let [part] = parts {
        return alone(part);
    }
    // The quantile of the mixture lies between those of its extreme parts.
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return 0.0;
    };
    if level <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (alone(first).ln(), alone(last).ln());
    if low > high {
        (low, high) = (high, low);
    }
    let terms: Vec<(f64, f64, f64, f64)> = parts
        .iter()
        .map(|part| {
            let shape = part.shape();
            let ln_beta = ln_gamma(shape) + ln_gamma(tail_shape) - ln_gamma(shape + tail_shape);
            (part.weight, part.scale().ln(), shape, ln_beta)
        })
        .collect();
    let mut ln_value = 0.5 * (low + high);
    for _ in 0..MAX_STEPS {
        let (mut below, mut density) = (-level, 0.0);
        for (weight, ln_scale, shape, ln_beta) in &terms {
            let log_odds = ln_value - ln_scale;
            let at = 1.0 / (1.0 + (-log_odds).exp());
            let rest = 1.0 / (1.0 + log_odds.exp());
            below += weight * incomplete_beta(at, *shape, tail_shape, *ln_beta);
            density += weight * (shape * at.ln() + tail_shape * rest.ln() - ln_beta).exp();
        }
        if below > 0.0 {
            high = ln_value;
        } else {
            low = ln_value;
        }
        let newton = ln_value - below / density;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let change = (next - ln_value).abs();
        ln_value = next;
        if change < 1e-7 {
            break;
        }
    }
    ln_value.exp()
}
