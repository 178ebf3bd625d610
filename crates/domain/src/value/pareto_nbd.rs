//! Pareto/NBD likelihood by its death integral.
//!
//! Source: Schmittlein, Morrison & Colombo, Management Science 33 (1987); integral form and
//! substitution of value.md E3. With I = ∫ (alpha+u)^-(r+x) (beta+u)^-(s+1) du over t_x..T,
//! L = Γ(r+x) alpha^r beta^s / Γ(r) · { (alpha+T)^-(r+x) (beta+T)^-s + s·I }.
//!
//! Invariants: no hypergeometric function; `alpha = beta` and `t_x = T` need no special case
//! (I = 0, ln I = minus infinity); the largest error of ln I is 1.8e-12.

use super::design::{Design, Row};
use super::numeric::bfgs::Evaluation;
use super::numeric::quadrature::{LEGENDRE_NODES, legendre};

/// The log-integrand is dropped once it has fallen by this much (e^-42 = 6e-19).
const NEGLIGIBLE_DECAY: f64 = 42.0;

/// The death integral and the means of four terms under its integrand.
#[derive(Debug, Clone, Copy)]
struct Death {
    ln_integral: f64,
    /// Mean of `ln(near + u)` and `1/(near + u)`; `near` is the smaller of alpha and beta.
    ln_near: f64,
    inverse_near: f64,
    ln_far: f64,
    inverse_far: f64,
}

/// The integration problem of one cell after substituting v = ln(near + u).
#[derive(Debug, Clone, Copy)]
struct Problem {
    power_near: f64,
    power_far: f64,
    /// far - near, at least 0.
    gap: f64,
    /// near + t_x.
    start: f64,
    ln_start: f64,
    ln_end: f64,
}

impl Problem {
    /// Width of the range in v, cut where the integrand has become negligible. The
    /// log-integrand is concave, so its decay at t_x is the slowest.
    fn width(&self) -> f64 {
        let width = self.ln_end - self.ln_start;
        let decay = self.power_near + self.power_far * self.start / (self.start + self.gap) - 1.0;
        if decay > 0.0 { width.min(NEGLIGIBLE_DECAY / decay) } else { width }
    }

    /// ln of the integral only.
    fn ln_integral(&self) -> f64 {
        let width = self.width();
        if width.is_nan() || width <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let mut logs = [0.0; LEGENDRE_NODES];
        for (log, node) in logs.iter_mut().zip(legendre()) {
            let step = width * node.at;
            let far = self.start * step.exp() + self.gap;
            *log = (1.0 - self.power_near) * (self.ln_start + step) - self.power_far * far.ln();
        }
        let top = logs.iter().fold(f64::NEG_INFINITY, |m, v| m.max(*v));
        let sum: f64 = logs.iter().zip(legendre()).map(|(l, n)| n.weight * (l - top).exp()).sum();
        top + (width * sum).ln()
    }

    /// The integral with the means needed for the gradient.
    fn solve(&self) -> Death {
        let width = self.width();
        if width.is_nan() || width <= 0.0 {
            return Death {
                ln_integral: f64::NEG_INFINITY,
                ln_near: 0.0,
                inverse_near: 0.0,
                ln_far: 0.0,
                inverse_far: 0.0,
            };
        }
        let mut near = [0.0; LEGENDRE_NODES];
        let mut ln_far = [0.0; LEGENDRE_NODES];
        let mut logs = [0.0; LEGENDRE_NODES];
        let mut top = f64::NEG_INFINITY;
        for (index, node) in legendre().iter().enumerate() {
            let step = width * node.at;
            near[index] = self.start * step.exp();
            ln_far[index] = (near[index] + self.gap).ln();
            logs[index] = (1.0 - self.power_near) * (self.ln_start + step) - self.power_far * ln_far[index];
            top = top.max(logs[index]);
        }
        let (mut mass, mut m_step, mut m_inverse, mut m_far, mut m_inverse_far) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (index, node) in legendre().iter().enumerate() {
            let weight = node.weight * (logs[index] - top).exp();
            mass += weight;
            m_step += weight * node.at;
            m_inverse += weight / near[index];
            m_far += weight * ln_far[index];
            m_inverse_far += weight / (near[index] + self.gap);
        }
        Death {
            ln_integral: top + (width * mass).ln(),
            ln_near: self.ln_start + width * m_step / mass,
            inverse_near: m_inverse / mass,
            ln_far: m_far / mass,
            inverse_far: m_inverse_far / mass,
        }
    }
}

/// Mean negative log-likelihood and gradient at log-parameters (r, alpha, s, beta).
pub(crate) fn evaluate(design: &Design, log_params: &[f64; 4]) -> Evaluation<4> {
    let params = log_params.map(f64::exp);
    let [r, alpha, s, beta] = params;
    let [_, ln_alpha, ln_s, ln_beta] = *log_params;
    let gamma = design.gamma_ratio(r);
    let by_alpha = design.shifted(alpha);
    let by_beta = design.shifted(beta);
    let alpha_is_near = alpha <= beta;
    let near = if alpha_is_near { &by_alpha } else { &by_beta };
    let sums: [f64; 5] = design.sum(|row: &Row| {
        let (ln_ratio, slope) = gamma[row.x as usize];
        let shape = r + f64::from(design.x[row.x as usize]);
        let (t, t_x) = (row.t as usize, row.t_x as usize);
        let ln_alive = -shape * by_alpha.ln[t] - s * by_beta.ln[t];
        let (power_near, power_far) = if alpha_is_near { (shape, s + 1.0) } else { (s + 1.0, shape) };
        let death = Problem {
            power_near,
            power_far,
            gap: (alpha - beta).abs(),
            start: alpha.min(beta) + design.times[t_x],
            ln_start: near.ln[t_x],
            ln_end: near.ln[t],
        }
        .solve();
        let difference = ln_s + death.ln_integral - ln_alive;
        let (ln_sum, gone) = if difference > 0.0 {
            let odds = (-difference).exp();
            (ln_alive + difference + odds.ln_1p(), 1.0 / (1.0 + odds))
        } else {
            let odds = difference.exp();
            (ln_alive + odds.ln_1p(), odds / (1.0 + odds))
        };
        let (ln_a, inverse_a, ln_b, inverse_b) = if alpha_is_near {
            (death.ln_near, death.inverse_near, death.ln_far, death.inverse_far)
        } else {
            (death.ln_far, death.inverse_far, death.ln_near, death.inverse_near)
        };
        let alive = 1.0 - gone;
        let w = row.weight;
        [
            w * (ln_ratio + r * ln_alpha + s * ln_beta + ln_sum),
            w * (slope + ln_alpha - alive * by_alpha.ln[t] - gone * ln_a),
            w * (r / alpha - shape * (alive * by_alpha.inverse[t] + gone * inverse_a)),
            w * (ln_beta - alive * by_beta.ln[t] + gone * (1.0 / s - ln_b)),
            w * (s / beta - alive * s * by_beta.inverse[t] - gone * (s + 1.0) * inverse_b),
        ]
    });
    let scale = -1.0 / design.total_weight;
    Evaluation { value: sums[0] * scale, gradient: std::array::from_fn(|i| sums[i + 1] * params[i] * scale) }
}

/// ln of the odds that a customer is gone: ln s + ln I - ln(alive term).
pub(crate) fn ln_odds_gone(params: &[f64; 4], x: u32, t_x: f64, t: f64) -> f64 {
    let [r, alpha, s, beta] = *params;
    let shape = r + f64::from(x);
    let near = alpha.min(beta);
    let (power_near, power_far) = if alpha <= beta { (shape, s + 1.0) } else { (s + 1.0, shape) };
    let problem = Problem {
        power_near,
        power_far,
        gap: (alpha - beta).abs(),
        start: near + t_x,
        ln_start: (near + t_x).ln(),
        ln_end: (near + t).ln(),
    };
    s.ln() + problem.ln_integral() + shape * (alpha + t).ln() + s * (beta + t).ln()
}
