//! BFGS minimiser with Armijo backtracking, for the two to four log-parameters of a model.
//!
//! Invariants: a point where the target is not finite is rejected like a bad step, so the
//! result is always finite; coordinates stay inside `±MAX_COORDINATE`, by projection: a
//! coordinate at its bound whose gradient points outward is left out of step and stop rules.
//!
//! Callers may rely on: the target is a *mean* per customer, so the stop rules (relative
//! change 1e-13 and gradient 1e-6, value.md E2.4) do not depend on the number of customers.

use super::matrix::Square;

/// Largest absolute log-parameter that is tried (e^16 = 8.9e6).
const MAX_COORDINATE: f64 = 16.0;
/// Largest move of one log-parameter in one iteration.
const MAX_STEP: f64 = 2.0;
/// Iterations after which the search gives up and reports "not converged".
const MAX_ITERATIONS: u32 = 500;
/// Iterations in a row with next to no change after which a flat ridge counts as the end.
const MAX_STALLS: u32 = 8;
/// Halvings of one step before the search direction is given up.
const MAX_HALVINGS: u32 = 40;
const ARMIJO: f64 = 1e-4;
const RELATIVE_CHANGE: f64 = 1e-13;
const GRADIENT_TOLERANCE: f64 = 1e-6;
/// A gradient this small counts as converged when rounding stops the line search.
const GRADIENT_TOLERANCE_STALLED: f64 = 1e-5;

/// Value and gradient at a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evaluation<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
}

impl<const N: usize> Evaluation<N> {
    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }
}

/// Where the search ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Minimum<const N: usize> {
    pub point: [f64; N],
    pub value: f64,
    pub inverse_hessian: Square<N>,
    pub iterations: u32,
    pub converged: bool,
}

/// Minimises `target` from `start`; `inverse` is a warm start for the inverse Hessian.
/// `None` only when the start itself is not finite.
pub(crate) fn minimize<const N: usize, F>(target: &F, start: [f64; N], inverse: Option<Square<N>>) -> Option<Minimum<N>>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    let mut here = target(&start);
    if !here.is_finite() {
        return None;
    }
    let mut point = start;
    let mut warm = inverse.is_some();
    let mut inverse_hessian = inverse.unwrap_or_else(identity);
    let mut iterations = 0;
    let mut converged = false;
    let mut stalls = 0;
    while iterations < MAX_ITERATIONS {
        iterations += 1;
        let direction = descent(&inverse_hessian, &point, &here.gradient);
        let Some((next_point, next)) = search_line(target, &point, &here, &direction) else {
            if warm {
                // The curvature misleads: start again from steepest descent, once per stall.
                inverse_hessian = identity();
                warm = false;
                continue;
            }
            converged = largest(&free(&point, &here.gradient)) <= GRADIENT_TOLERANCE_STALLED;
            break;
        };
        let change = (here.value - next.value).abs();
        update(&mut inverse_hessian, &point, &next_point, &here.gradient, &next.gradient, warm);
        warm = true;
        point = next_point;
        here = next;
        let scale = here.value.abs().max(1e-3);
        let steepest = largest(&free(&point, &here.gradient));
        stalls = if change <= 10.0 * RELATIVE_CHANGE * scale { stalls + 1 } else { 0 };
        let settled = change <= RELATIVE_CHANGE * scale && steepest <= GRADIENT_TOLERANCE;
        if settled || stalls >= MAX_STALLS {
            converged = settled || steepest <= GRADIENT_TOLERANCE_STALLED;
            break;
        }
    }
    Some(Minimum { point, value: here.value, inverse_hessian, iterations, converged })
}

fn identity<const N: usize>() -> Square<N> {
    let mut matrix = [[0.0; N]; N];
    for (index, row) in matrix.iter_mut().enumerate() {
        row[index] = 1.0;
    }
    matrix
}

fn largest<const N: usize>(vector: &[f64; N]) -> f64 {
    vector.iter().fold(0.0, |most, v| most.max(v.abs()))
}

fn dot<const N: usize>(left: &[f64; N], right: &[f64; N]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

fn multiply<const N: usize>(matrix: &Square<N>, vector: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|row| dot(&matrix[row], vector))
}

/// The gradient without coordinates that sit at their bound and push outward.
fn free<const N: usize>(point: &[f64; N], gradient: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| {
        let outward = point[i].abs() >= MAX_COORDINATE && gradient[i] * point[i] < 0.0;
        if outward { 0.0 } else { gradient[i] }
    })
}

/// Search direction, capped to `MAX_STEP`; steepest descent when the curvature is unusable.
fn descent<const N: usize>(inverse_hessian: &Square<N>, point: &[f64; N], gradient: &[f64; N]) -> [f64; N] {
    let gradient = free(point, gradient);
    let mut direction = multiply(inverse_hessian, &gradient).map(|v| -v);
    let slope = dot(&direction, &gradient);
    if !slope.is_finite() || slope >= 0.0 {
        direction = gradient.map(|v| -v);
    }
    let length = largest(&direction);
    if length > MAX_STEP {
        direction = direction.map(|v| v * MAX_STEP / length);
    }
    direction
}

/// First point along `direction` that lowers the target enough.
fn search_line<const N: usize, F>(
    target: &F,
    point: &[f64; N],
    here: &Evaluation<N>,
    direction: &[f64; N],
) -> Option<([f64; N], Evaluation<N>)>
where
    F: Fn(&[f64; N]) -> Evaluation<N>,
{
    let mut length = 1.0;
    for _ in 0..MAX_HALVINGS {
        let candidate: [f64; N] =
            std::array::from_fn(|i| (point[i] + length * direction[i]).clamp(-MAX_COORDINATE, MAX_COORDINATE));
        if candidate == *point {
            return None;
        }
        let moved: [f64; N] = std::array::from_fn(|i| candidate[i] - point[i]);
        let promised = ARMIJO * dot(&moved, &here.gradient).min(0.0);
        let next = target(&candidate);
        if next.is_finite() && next.value <= here.value + promised {
            return Some((candidate, next));
        }
        length *= 0.5;
    }
    None
}

/// BFGS update of the inverse Hessian; left alone when the curvature along the step is not positive.
fn update<const N: usize>(
    inverse: &mut Square<N>,
    from: &[f64; N],
    to: &[f64; N],
    gradient_from: &[f64; N],
    gradient_to: &[f64; N],
    warm: bool,
) {
    let step: [f64; N] = std::array::from_fn(|i| to[i] - from[i]);
    let turn: [f64; N] = std::array::from_fn(|i| gradient_to[i] - gradient_from[i]);
    let curvature = dot(&step, &turn);
    let floor = 1e-10 * (dot(&step, &step) * dot(&turn, &turn)).sqrt();
    if curvature.is_nan() || curvature <= floor {
        return;
    }
    if !warm {
        let scale = curvature / dot(&turn, &turn);
        *inverse = identity();
        inverse.iter_mut().flatten().for_each(|v| *v *= scale);
    }
    let turned = multiply(inverse, &turn);
    let factor = (1.0 + dot(&turn, &turned) / curvature) / curvature;
    for row in 0..N {
        for column in 0..N {
            inverse[row][column] += factor * step[row] * step[column]
                - (turned[row] * step[column] + step[row] * turned[column]) / curvature;
        }
    }
}
