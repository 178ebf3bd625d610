//! Maximum likelihood for any model: starts, polishing, standard errors.
//!
//! Invariants: the target is the mean negative log-likelihood in log-parameters; the answer is
//! the best of all starts, ties to the one that converged, then to the earlier; the same bits for any
//! number of threads.
//!
//! Large sets are searched on a thinned sample first, so that only the last few steps touch all
//! rows; the stop rules, and which end is the best, are those of the full set.

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

/// Ends whose values differ by less than this share are the same end.
const SAME_VALUE: f64 = 1e-12;
/// Ends of the thinned search that lie closer than this, in log-parameters, lead to the same end of the full one.
const SAME_POINT: f64 = 1e-2;

/// Minimises `full` from all `starts`, searched on `thin` when there is one: each different end of that search is
/// polished on `full`. `total_weight` is the number of customers. `None` only when no start is finite.
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
    let polished = thin.and_then(|thin| best(polish(full, ends(thin, starts))));
    let minimum = match polished {
        Some(found) if found.converged => found,
        // What the sample led to is one end among those of the full set.
        unsure => best(unsure.into_iter().chain(ends(full, starts)))?,
    };
    Some(Estimate {
        log_params: minimum.point,
        value: minimum.value,
        covariance: covariance(full, &minimum.point, total_weight),
        iterations: minimum.iterations,
        converged: minimum.converged,
    })
}

/// Where the search ends from each start, in their order.
fn ends<const N: usize, F>(target: &F, starts: &[[f64; N]]) -> Vec<Minimum<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    starts.iter().filter_map(|start| minimize(target, start.map(f64::ln), None)).collect()
}

/// Lets the search go on on another target, once from the best of several ends at the same place.
fn polish<const N: usize, F>(target: &F, ends: Vec<Minimum<N>>) -> Vec<Minimum<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    let mut places: Vec<Minimum<N>> = Vec::new();
    for end in ends {
        let is_near = |other: &&mut Minimum<N>| (0..N).all(|i| (end.point[i] - other.point[i]).abs() <= SAME_POINT);
        match places.iter_mut().find(is_near) {
            Some(known) if is_better(&end, known) => *known = end,
            Some(_) => {}
            None => places.push(end),
        }
    }
    places.into_iter().filter_map(|end| minimize(target, end.point, Some(end.inverse_hessian))).collect()
}

/// The lowest end; of equal ones the earlier.
fn best<const N: usize>(ends: impl IntoIterator<Item = Minimum<N>>) -> Option<Minimum<N>> {
    ends.into_iter().reduce(|known, found| if is_better(&found, &known) { found } else { known })
}

/// Lower, whether its search met the stop rules or not; or equal, and only its search met them.
fn is_better<const N: usize>(found: &Minimum<N>, known: &Minimum<N>) -> bool {
    let margin = SAME_VALUE * known.value.abs();
    let is_lower = found.value < known.value - margin;
    let is_equal = !is_lower && found.value <= known.value + margin;
    is_lower || is_equal && found.converged && !known.converged
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two valleys along one log-parameter: a smooth one at 0, and one with a sharp floor at 4, where no stop rule is
    /// met because the slope stays the same up to the floor.
    fn valleys(sharp_floor: f64) -> impl Fn(&[f64; 1]) -> Evaluation<1> {
        move |at: &[f64; 1]| {
            let smooth = Evaluation { value: at[0] * at[0], gradient: [2.0 * at[0]] };
            let away = at[0] - 4.0;
            let sharp = Evaluation { value: sharp_floor + 10.0 * away.abs(), gradient: [10.0 * away.signum()] };
            if smooth.value <= sharp.value { smooth } else { sharp }
        }
    }

    const NO_SAMPLE: Option<&fn(&[f64; 1]) -> Evaluation<1>> = None;

    #[test]
    fn the_lowest_end_wins_even_where_its_search_did_not_converge() {
        let starts = [[(0.5f64).exp()], [(4.3f64).exp()]];
        for order in [[0, 1], [1, 0]] {
            let found = estimate(&valleys(-1.0), NO_SAMPLE, &order.map(|place| starts[place]), 1.0).unwrap();
            assert!(found.value < -0.99 && !found.converged, "{found:?}");
            let found = estimate(&valleys(1.0), NO_SAMPLE, &order.map(|place| starts[place]), 1.0).unwrap();
            assert!(found.value.abs() < 1e-9 && found.converged, "{found:?}");
        }
    }

    #[test]
    fn of_equal_ends_one_that_converged_wins() {
        let end = |value, converged, iterations| Minimum {
            point: [0.0],
            value,
            inverse_hessian: [[1.0]],
            iterations,
            converged,
        };
        let winner = |ends: [Minimum<1>; 3]| best(ends).map(|found| found.iterations);
        assert_eq!(winner([end(2.0, false, 1), end(2.0, true, 2), end(2.0, true, 3)]), Some(2));
        assert_eq!(winner([end(2.0, true, 1), end(2.0, false, 2), end(2.5, true, 3)]), Some(1));
        assert_eq!(winner([end(2.0, true, 1), end(1.0, false, 2), end(1.5, true, 3)]), Some(2));
    }

    #[test]
    fn the_end_that_is_best_on_all_rows_wins_where_the_sample_prefers_another() {
        // Two smooth valleys at 0 and 4; the sample takes the wrong one for the deeper.
        let target = |first: f64, second: f64| {
            move |at: &[f64; 1]| {
                let valley = |place: f64, floor: f64| Evaluation {
                    value: floor + (at[0] - place) * (at[0] - place),
                    gradient: [2.0 * (at[0] - place)],
                };
                let (one, other) = (valley(0.0, first), valley(4.0, second));
                if one.value <= other.value { one } else { other }
            }
        };
        let starts = [[(0.5f64).exp()], [(3.5f64).exp()]];
        let found = estimate(&target(1.0, 0.5), Some(&target(0.5, 1.0)), &starts, 1.0).unwrap();
        assert!((found.log_params[0] - 4.0).abs() < 1e-4 && (found.value - 0.5).abs() < 1e-9, "{found:?}");
    }
}
