//! Maximum likelihood for any model: starts, polishing, standard errors.
//!
//! Invariants: the target is the mean negative log-likelihood in log-parameters; the answer is
//! the best of all starts, ties to the earlier; the same bits for any number of threads.
//!
//! Large sets are searched on a thinned sample first, so that only the last few steps touch all
//! rows; the stop rules are those of the full set.

use super::numeric::bfgs::{Evaluation, Minimum, minimize};
use super::numeric::matrix::{Square, invert_positive_definite};

/// A maximum with the covariance of its log-parameters.
#[derive(Debug, Clone)]
pub(crate) struct Estimate<const N: usize> {
    pub log_params: [f64; N],
    /// Mean negative log-likelihood.
    pub value: f64,
    /// Covariance of the log-parameters; `None` when the information matrix is singular.
    pub covariance: Option<Square<N>>,
    pub iterations: u32,
    pub converged: bool,
}

impl<const N: usize> Estimate<N> {
    /// Standard errors of the parameters by the delta method.
    pub(crate) fn std_errors(&self) -> Option<Vec<f64>> {
        let covariance = self.covariance?;
        let errors = (0..N).map(|i| self.log_params[i].exp() * covariance[i][i].sqrt()).collect();
        Some(errors)
    }

    /// Covariance as rows, for storage.
    pub(crate) fn covariance_rows(&self) -> Option<Vec<Vec<f64>>> {
        self.covariance.map(|rows| rows.iter().map(|row| row.to_vec()).collect())
    }
}

/// Minimises `full` from the best of `starts`, searched on `thin` when there is one.
/// `total_weight` is the number of customers. `None` only when no start is finite.
pub(crate) fn estimate<const N: usize, F, G>(
    full: &F,
    thin: Option<&G>,
    starts: &[[f64; N]],
    total_weight: f64,
) -> Option<Estimate<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
    G: Fn(&[f64; N]) -> Evaluation<N>,
{
    let searched = match thin {
        Some(thin) => best_of(thin, starts),
        None => best_of(full, starts),
    }?;
    let minimum = match thin {
        None => searched,
        Some(_) => {
            let polished = minimize(full, searched.point, Some(searched.inverse_hessian));
            match polished {
                Some(found) if found.converged => found,
                _ => best_of(full, starts)?,
            }
        }
    };
    Some(Estimate {
        log_params: minimum.point,
        value: minimum.value,
        covariance: covariance(full, &minimum.point, total_weight),
        iterations: minimum.iterations,
        converged: minimum.converged,
    })
}

fn best_of<const N: usize, F>(target: &F, starts: &[[f64; N]]) -> Option<Minimum<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    let mut best: Option<Minimum<N>> = None;
    for start in starts {
        let Some(found) = minimize(target, start.map(f64::ln), None) else {
            continue;
        };
        // A later start must be clearly better, or converge where the earlier one did not.
        let better = best
            .as_ref()
            .is_none_or(|b| found.value < b.value - 1e-12 * b.value.abs() && (found.converged || !b.converged));
        if better {
            best = Some(found);
        }
    }
    best
}

/// Inverse information matrix from central differences of the gradient.
fn covariance<const N: usize, F>(target: &F, at: &[f64; N], total_weight: f64) -> Option<Square<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    const STEP: f64 = 1e-4;
    let mut information = [[0.0; N]; N];
    for (index, row) in information.iter_mut().enumerate() {
        let mut ahead = *at;
        ahead[index] += STEP;
        let mut behind = *at;
        behind[index] -= STEP;
        let (up, down) = (target(&ahead).gradient, target(&behind).gradient);
        *row = std::array::from_fn(|j| (up[j] - down[j]) / (2.0 * STEP) * total_weight);
    }
    let symmetric = std::array::from_fn(|i| std::array::from_fn(|j| 0.5 * (information[i][j] + information[j][i])));
    invert_positive_definite(&symmetric)
}
