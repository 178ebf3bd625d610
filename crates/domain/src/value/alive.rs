//! What a customer who is still alive will do: counts of future purchases.
//!
//! For all models the posterior given "alive at T" is a product: rate ~ Gamma(r+x, alpha+T) and
//! an independent drop-out law. So the forecast depends on (x, T) only, and the unconditional
//! law of a new customer is the same thing at x = 0, T = 0.
//!
//! Invariants: all results are finite and not negative; probabilities lie in [0, 1].
//!
//! Sources: Fader & Hardie notes 009, 018, 021 (conditional expectations), 005 (distribution of
//! counts), 024 (discounted expected residual transactions); the forms without 2F1 of value.md E3.

use super::numeric::quadrature::{Node, beta_rule, integrate};
use super::numeric::special::decayed_length;

/// How a living customer drops out from now on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DropOut<'a> {
    /// Never (NBD).
    Never,
    /// After a gamma-mixed exponential time: survival (scale/(scale+u))^shape (Pareto/NBD).
    Lomax { shape: f64, scale: f64 },
    /// After each purchase with probability p ~ Beta(a, b) (BG and MBG); `rule` integrates over p.
    Beta { a: f64, b: f64, rule: &'a [Node] },
}

/// A living customer: purchase rate ~ Gamma(`shape`, `rate`) and a drop-out law. Times in the
/// model's unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alive<'a> {
    pub shape: f64,
    pub rate: f64,
    pub drop_out: DropOut<'a>,
}

/// Nodes for a Beta rule that integrates up to `time` from rate `rate`: the nearest pole of the
/// integrand sits at p = -rate/time, so far horizons need more nodes.
pub(crate) fn rule_for(a: f64, b: f64, time: f64, rate: f64) -> Vec<Node> {
    const NEAR_NODES: usize = 24;
    const FAR_NODES: usize = 64;
    let count = if time <= 12.0 * rate { NEAR_NODES } else { FAR_NODES };
    beta_rule(a, b, count)
}

impl Alive<'_> {
    /// Expected purchases within `time`.
    pub(crate) fn mean(&self, time: f64) -> f64 {
        let per_time = self.shape / self.rate;
        match self.drop_out {
            DropOut::Never => per_time * time,
            DropOut::Lomax { shape, scale } => {
                let log = (time / scale).ln_1p();
                per_time * scale * decayed_length(shape - 1.0, log)
            }
            DropOut::Beta { rule, .. } => rule
                .iter()
                .map(|n| {
                    let fall = -(-self.shape * (n.at * time / self.rate).ln_1p()).exp_m1();
                    n.weight * fall / n.at
                })
                .sum(),
        }
    }

    /// Expected square of the purchases within `time`.
    pub(crate) fn second_moment(&self, time: f64) -> f64 {
        let pairs = self.shape * (self.shape + 1.0) / (self.rate * self.rate);
        let ordered = match self.drop_out {
            DropOut::Never => pairs * time * time,
            DropOut::Lomax { shape, scale } => {
                let log = (time / scale).ln_1p();
                let span = decayed_length(shape - 2.0, log) - decayed_length(shape - 1.0, log);
                pairs * 2.0 * scale * scale * span.max(0.0)
            }
            DropOut::Beta { rule, .. } => rule.iter().map(|n| n.weight * self.ordered_pairs(n.at, time)).sum(),
        };
        self.mean(time) + ordered
    }

    /// E[Y(Y-1) | p] of the BG process: 2 (1-p)/p² · (1 - g (1 + shape·p·t/(rate+p·t))).
    fn ordered_pairs(&self, p: f64, time: f64) -> f64 {
        let y = p * time / self.rate;
        let bracket = if (self.shape + 1.0) * y < 1e-3 {
            let lead = 0.5 * self.shape * (self.shape + 1.0) * y * y;
            lead * (1.0 - 2.0 * (self.shape + 2.0) * y / 3.0)
        } else {
            1.0 - (-self.shape * y.ln_1p()).exp() * (1.0 + self.shape * y / (1.0 + y))
        };
        2.0 * (1.0 - p).max(0.0) / (p * p) * bracket.max(0.0)
    }

    /// Probability of no purchase within `time`.
    pub(crate) fn p_none(&self, time: f64) -> f64 {
        let silent = (-self.shape * (time / self.rate).ln_1p()).exp();
        match self.drop_out {
            DropOut::Never | DropOut::Beta { .. } => silent,
            DropOut::Lomax { shape, scale } => {
                // P(Y >= 1) = ∫ density of the first purchase × survival, in v = ln(1 + u/rate).
                let end = (time / self.rate).ln_1p().min(42.0 / self.shape);
                let bought = integrate(0.0, end, 2, |v| {
                    let u = self.rate * v.exp_m1();
                    self.shape * (-self.shape * v - shape * (u / scale).ln_1p()).exp()
                });
                (1.0 - bought).clamp(0.0, 1.0)
            }
        }
    }

    /// P(Y = n) for n = 0..=`most`.
    pub(crate) fn distribution(&self, time: f64, most: usize) -> Vec<f64> {
        match self.drop_out {
            DropOut::Never => self.counts(time, most),
            DropOut::Lomax { shape, scale } => self.distribution_lomax(time, most, shape, scale),
            DropOut::Beta { a, b, .. } => self.distribution_beta(time, most, a, b),
        }
    }

    /// Negative binomial probabilities of `time` without drop-out.
    fn counts(&self, time: f64, most: usize) -> Vec<f64> {
        let ln_keep = -(time / self.rate).ln_1p();
        let hit = time / (self.rate + time);
        let mut probability = (self.shape * ln_keep).exp();
        let mut out = Vec::with_capacity(most + 1);
        for n in 0..=most {
            out.push(probability);
            let n = n as f64;
            probability *= (self.shape + n) / (n + 1.0) * hit;
        }
        out
    }

    fn distribution_lomax(&self, time: f64, most: usize, shape: f64, scale: f64) -> Vec<f64> {
        /// Panels of 24 nodes over the time of death.
        const PANELS: u32 = 3;
        let survives = (-shape * (time / scale).ln_1p()).exp();
        let mut out: Vec<f64> = self.counts(time, most).iter().map(|p| p * survives).collect();
        let near = self.rate.min(scale);
        let end = (time / near).ln_1p();
        let width = end / f64::from(PANELS);
        for panel in 0..PANELS {
            for node in super::numeric::quadrature::legendre() {
                let v = width * (f64::from(panel) + node.at);
                let u = near * v.exp_m1();
                let density = shape / (scale + u) * (-shape * (u / scale).ln_1p()).exp();
                let weight = node.weight * width * density * (near + u);
                for (sum, p) in out.iter_mut().zip(self.counts(u, most)) {
                    *sum += weight * p;
                }
            }
        }
        out
    }

    fn distribution_beta(&self, time: f64, most: usize, a: f64, b: f64) -> Vec<f64> {
        let counts = self.counts(time, most);
        let mut at_least = 1.0;
        let mut kept = 1.0;
        let mut out = Vec::with_capacity(most + 1);
        for (n, count) in counts.iter().enumerate() {
            let mut probability = kept * count;
            if n > 0 {
                // `kept` is E[(1-p)^n]; it lost this much at the n-th purchase.
                let before = kept * (a + b + n as f64 - 1.0) / (b + n as f64 - 1.0);
                probability += (before - kept) * at_least;
            }
            out.push(probability.clamp(0.0, 1.0));
            at_least = f64::max(at_least - count, 0.0);
            kept *= (b + n as f64) / (a + b + n as f64);
        }
        out
    }

    /// Discounted expected purchases up to the last of `steps` (ascending times with the factor
    /// that the purchases of the step ending there are multiplied with).
    pub(crate) fn discounted(&self, steps: &[(f64, f64)]) -> f64 {
        let mut before = 0.0;
        let mut total = 0.0;
        for (time, factor) in steps {
            let mean = self.mean(*time);
            total += factor * (mean - before).max(0.0);
            before = mean;
        }
        total
    }

    /// Discounted expected purchases for ever at continuous rate `delta`; `None` when infinite.
    pub(crate) fn discounted_for_ever(&self, delta: f64) -> Option<f64> {
        let per_time = self.shape / self.rate;
        match self.drop_out {
            DropOut::Never => (delta > 0.0).then(|| per_time / delta),
            DropOut::Lomax { shape, scale } => Some(per_time * discounted_survival(delta, shape, scale)?),
            DropOut::Beta { rule, .. } => {
                let mut total = 0.0;
                for n in rule {
                    let scale = self.rate / n.at;
                    total += n.weight * discounted_survival(delta, self.shape + 1.0, scale)?;
                }
                Some(per_time * total)
            }
        }
    }

    /// Answers by when the next purchase has come with a probability, as long as that is within `longest`.
    pub(crate) fn waits(&self, longest: f64) -> Waits<'_> {
        Waits { alive: self, end: (longest / self.rate).ln_1p(), log: 0.0, bought: 0.0 }
    }
}

/// Inverse of `1 - p_none`. For the Pareto/NBD it goes on from the answer before, so ask in ascending order: a customer
/// of the same group costs one or two steps then.
pub(crate) struct Waits<'a> {
    alive: &'a Alive<'a>,
    /// ln(1 + time/rate) of the longest wait that is told.
    end: f64,
    /// The same of the answer before, and the probability of a purchase until then.
    log: f64,
    bought: f64,
}

impl Waits<'_> {
    /// The time until which a purchase comes with this probability; `None` when it is longer, or never.
    pub(crate) fn until(&mut self, probability: f64) -> Option<f64> {
        let Alive { shape, rate, drop_out } = *self.alive;
        if probability >= 1.0 {
            return None;
        }
        let log = match drop_out {
            // Who leaves after a purchase has bought.
            DropOut::Never | DropOut::Beta { .. } => -(-probability).ln_1p() / shape,
            DropOut::Lomax { shape: leaves, scale } => {
                self.go_on(probability, |v| shape * (-shape * v - leaves * (rate * v.exp_m1() / scale).ln_1p()).exp())?
            }
        };
        (log <= self.end).then(|| rate * log.exp_m1())
    }

    /// Newton's method. The density of the first purchase falls, so no step goes beyond the answer.
    fn go_on(&mut self, probability: f64, density: impl Fn(f64) -> f64) -> Option<f64> {
        /// Far below what moves a day.
        const CLOSE: f64 = 1e-11;
        while probability - self.bought > CLOSE {
            let next = self.log + (probability - self.bought) / density(self.log);
            if next.is_nan() || next > self.end {
                return None;
            }
            self.bought += integrate(self.log, next, 1, &density);
            // Where rounding ends the way, it is at its end.
            if next <= self.log {
                break;
            }
            self.log = next;
        }
        Some(self.log)
    }
}

/// ∫ e^(-delta·t) (1 + t/scale)^(-shape) dt over t > 0, in v = ln(1 + t/scale); equals
/// `scale · U(1, 2-shape, delta·scale)` (Tricomi). `None` when infinite.
fn discounted_survival(delta: f64, shape: f64, scale: f64) -> Option<f64> {
    /// e^-45 is below the rounding of the result.
    const NEGLIGIBLE: f64 = 45.0;
    const PANELS: u32 = 12;
    let by_shape = if shape > 1.0 { NEGLIGIBLE / (shape - 1.0) } else { f64::INFINITY };
    let by_discount = if delta > 0.0 { (NEGLIGIBLE / (delta * scale)).ln_1p() } else { f64::INFINITY };
    let end = by_shape.min(by_discount);
    if !end.is_finite() {
        return None;
    }
    Some(scale * integrate(0.0, end, PANELS, |v| ((1.0 - shape) * v - delta * scale * v.exp_m1()).exp()))
}
