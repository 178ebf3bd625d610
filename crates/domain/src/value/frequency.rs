//! A frequency model with known parameters: the questions one can ask about one customer.
//!
//! Invariants: the model carries its time unit; all times given and returned are [`Span`]s or
//! whole days, so units can not be confused. `p_alive` lies in [0, 1], expectations are finite.
//!
//! Callers may rely on: these functions answer for one history; for many customers use
//! `Frequency::forecast` (module `forecast`), which computes each cell once.

use serde::{Deserialize, Serialize};

use super::alive::{Alive, DropOut, rule_for};
use super::bg_nbd::{self, DropRule};
use super::numeric::quadrature::Node;
use super::pareto_nbd;
use super::summary::Summary;
use super::unit::{DiscountRate, Horizon, Span, TimeUnit};

/// The family of a frequency model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Pareto/NBD (Schmittlein, Morrison & Colombo 1987): the default.
    ParetoNbd,
    /// BG/NBD (Fader, Hardie & Lee 2005). Its `p_alive` is 1 for every customer without a repeat.
    BgNbd,
    /// MBG/NBD (Batislam et al. 2007).
    MbgNbd,
    /// NBD without drop-out: the fall-back when no drop-out can be measured.
    Nbd,
}

impl Model {
    /// The models a user may choose, default first.
    pub const SELECTABLE: [Self; 3] = [Self::ParetoNbd, Self::BgNbd, Self::MbgNbd];

    /// Stable code, as in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ParetoNbd => "pareto_nbd",
            Self::BgNbd => "bg_nbd",
            Self::MbgNbd => "mbg_nbd",
            Self::Nbd => "nbd",
        }
    }

    /// Parameter names in the order of the papers.
    pub const fn parameter_names(self) -> &'static [&'static str] {
        match self {
            Self::ParetoNbd => &["r", "alpha", "s", "beta"],
            Self::BgNbd | Self::MbgNbd => &["r", "alpha", "a", "b"],
            Self::Nbd => &["r", "alpha"],
        }
    }
}

/// Parameter values, in the order of [`Model::parameter_names`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub enum Parameters {
    /// Pareto/NBD; `alpha` and `beta` in time units.
    ParetoNbd { r: f64, alpha: f64, s: f64, beta: f64 },
    /// BG/NBD; `alpha` in time units.
    BgNbd { r: f64, alpha: f64, a: f64, b: f64 },
    /// MBG/NBD; `alpha` in time units.
    MbgNbd { r: f64, alpha: f64, a: f64, b: f64 },
    /// NBD; `alpha` in time units.
    Nbd { r: f64, alpha: f64 },
}

impl Parameters {
    /// The family.
    pub const fn model(&self) -> Model {
        match self {
            Self::ParetoNbd { .. } => Model::ParetoNbd,
            Self::BgNbd { .. } => Model::BgNbd,
            Self::MbgNbd { .. } => Model::MbgNbd,
            Self::Nbd { .. } => Model::Nbd,
        }
    }

    /// The values in the order of [`Model::parameter_names`].
    pub fn values(&self) -> Vec<f64> {
        match *self {
            Self::ParetoNbd { r, alpha, s, beta } => vec![r, alpha, s, beta],
            Self::BgNbd { r, alpha, a, b } | Self::MbgNbd { r, alpha, a, b } => vec![r, alpha, a, b],
            Self::Nbd { r, alpha } => vec![r, alpha],
        }
    }

    /// Same family, each value multiplied by `factors` (missing factors count as 1).
    pub(crate) fn scaled(&self, factors: &[f64]) -> Self {
        let f = |index: usize| factors.get(index).copied().unwrap_or(1.0);
        match *self {
            Self::ParetoNbd { r, alpha, s, beta } => {
                Self::ParetoNbd { r: r * f(0), alpha: alpha * f(1), s: s * f(2), beta: beta * f(3) }
            }
            Self::BgNbd { r, alpha, a, b } => {
                Self::BgNbd { r: r * f(0), alpha: alpha * f(1), a: a * f(2), b: b * f(3) }
            }
            Self::MbgNbd { r, alpha, a, b } => {
                Self::MbgNbd { r: r * f(0), alpha: alpha * f(1), a: a * f(2), b: b * f(3) }
            }
            Self::Nbd { r, alpha } => Self::Nbd { r: r * f(0), alpha: alpha * f(1) },
        }
    }
}

/// One customer's history, with times that know their unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    /// Repeat occasions.
    pub x: u32,
    /// From the first purchase to the last occasion.
    pub t_x: Span,
    /// From the first purchase to now.
    pub t: Span,
}

impl From<Summary> for History {
    fn from(summary: Summary) -> Self {
        let summary = summary.normalized();
        Self { x: summary.x, t_x: Span::days(f64::from(summary.t_x)), t: Span::days(f64::from(summary.t)) }
    }
}

/// Parameters and the time unit they are expressed in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// The parameter values.
    pub parameters: Parameters,
    /// Unit of `alpha` (and `beta` of the Pareto/NBD).
    pub unit: TimeUnit,
}

impl Frequency {
    /// P(alive at the end of the history). Never rank by the BG/NBD one: it is 1 for all
    /// customers without a repeat.
    pub fn p_alive(&self, history: History) -> f64 {
        let t = history.t.in_unit(self.unit);
        let t_x = if history.x == 0 { 0.0 } else { history.t_x.in_unit(self.unit).min(t) };
        self.p_alive_at(history.x, t_x, t)
    }

    /// Expected purchases within `ahead`.
    pub fn expected_purchases(&self, history: History, ahead: Span) -> f64 {
        let time = ahead.in_unit(self.unit);
        self.p_alive(history) * self.with_alive(history, time, |alive| alive.mean(time))
    }

    /// Probability of at least one purchase within `ahead`.
    pub fn p_active(&self, history: History, ahead: Span) -> f64 {
        let time = ahead.in_unit(self.unit);
        self.p_alive(history) * self.with_alive(history, time, |alive| 1.0 - alive.p_none(time))
    }

    /// Expected purchases within `horizon`, each discounted from the end of its step (one unit
    /// of the horizon).
    pub fn discounted_purchases(&self, history: History, horizon: Horizon, rate: DiscountRate) -> f64 {
        let steps = discount_steps(horizon, rate, self.unit);
        let time = horizon.span().in_unit(self.unit);
        self.p_alive(history) * self.with_alive(history, time, |alive| alive.discounted(&steps))
    }

    /// Discounted expected residual transactions, DERT (Fader, Hardie & Lee, JMR 2005): all
    /// future purchases, discounted continuously. `None` when the sum is infinite (no discount).
    pub fn residual_transactions(&self, history: History, rate: DiscountRate) -> Option<f64> {
        let delta = rate.continuous_per(self.unit);
        let far = if delta > 0.0 { 45.0 / delta } else { f64::MAX };
        let alive = self.with_alive(history, far, |alive| alive.discounted_for_ever(delta))?;
        Some(self.p_alive(history) * alive)
    }

    /// 80 % interval of the purchases within `ahead`, for customers without known amounts: from
    /// the 10 % to the 90 % quantile, or from 0 to the 80 % quantile when zero purchases have
    /// 10 % or more. Counts are whole, so it holds at least 80 %.
    pub fn purchase_interval(&self, history: History, ahead: Span) -> (u32, u32) {
        let time = ahead.in_unit(self.unit);
        let p_alive = self.p_alive(history);
        let shares = self.with_alive(history, time, |alive| {
            let mean = alive.mean(time);
            let sd = (alive.second_moment(time) - mean * mean).max(0.0).sqrt();
            alive.distribution(time, (mean + 12.0 * sd + 10.0).min(MAX_INTERVAL_COUNT) as usize)
        });
        let quantile = |level: f64| {
            let mut below = 1.0 - p_alive;
            for (count, share) in shares.iter().enumerate() {
                below += p_alive * share;
                if below >= level {
                    return count as u32;
                }
            }
            shares.len() as u32
        };
        let p_zero = 1.0 - p_alive + p_alive * shares.first().copied().unwrap_or(0.0);
        if p_zero < 0.1 { (quantile(0.1), quantile(0.9)) } else { (0, quantile(0.8)) }
    }

    /// E[X(t)]: expected repeats of a new customer within `since_first`.
    pub fn expected_since_first(&self, since_first: Span) -> f64 {
        self.expected_purchases(NEWCOMER, since_first)
    }

    /// P(X(t) = n) of a new customer for n = 0..=`most`.
    pub fn repeat_distribution(&self, since_first: Span, most: usize) -> Vec<f64> {
        let time = since_first.in_unit(self.unit);
        let p_alive = self.p_alive(NEWCOMER);
        let mut out = self.with_alive(NEWCOMER, time, |alive| alive.distribution(time, most));
        out.iter_mut().for_each(|p| *p *= p_alive);
        if let Some(none) = out.first_mut() {
            *none += 1.0 - p_alive;
        }
        out
    }

    /// P(alive) with times in the model's unit.
    pub(crate) fn p_alive_at(&self, x: u32, t_x: f64, t: f64) -> f64 {
        let ln_odds_gone = match self.parameters {
            Parameters::ParetoNbd { r, alpha, s, beta } => pareto_nbd::ln_odds_gone(&[r, alpha, s, beta], x, t_x, t),
            Parameters::BgNbd { r, alpha, a, b } => {
                bg_nbd::ln_odds_gone(DropRule::AfterRepeat, &[r, alpha, a, b], x, t_x, t)
            }
            Parameters::MbgNbd { r, alpha, a, b } => {
                bg_nbd::ln_odds_gone(DropRule::AfterAny, &[r, alpha, a, b], x, t_x, t)
            }
            Parameters::Nbd { .. } => f64::NEG_INFINITY,
        };
        1.0 / (1.0 + ln_odds_gone.exp())
    }

    /// Shape parameters of the drop-out probability given alive with `x` repeats, if the model
    /// has one.
    pub(crate) fn drop_shapes(&self, x: u32) -> Option<(f64, f64)> {
        match self.parameters {
            Parameters::BgNbd { a, b, .. } => Some((a, b + DropRule::AfterRepeat.survived(f64::from(x)))),
            Parameters::MbgNbd { a, b, .. } => Some((a, b + DropRule::AfterAny.survived(f64::from(x)))),
            Parameters::ParetoNbd { .. } | Parameters::Nbd { .. } => None,
        }
    }

    /// Quadrature over the drop-out probability for customers with `x` repeats observed for at
    /// least `t`, good up to `time` ahead; empty when the model needs none.
    pub(crate) fn drop_rule(&self, x: u32, t: f64, time: f64) -> Vec<Node> {
        self.drop_shapes(x).map_or_else(Vec::new, |(a, b)| rule_for(a, b, time, self.alpha() + t))
    }

    /// The living customer with `x` repeats in time `t`.
    pub(crate) fn alive<'a>(&self, x: u32, t: f64, rule: &'a [Node]) -> Alive<'a> {
        let drop_out = match self.parameters {
            Parameters::ParetoNbd { s, beta, .. } => DropOut::Lomax { shape: s, scale: beta + t },
            Parameters::Nbd { .. } => DropOut::Never,
            Parameters::BgNbd { .. } | Parameters::MbgNbd { .. } => match self.drop_shapes(x) {
                Some((a, b)) => DropOut::Beta { a, b, rule },
                None => DropOut::Never,
            },
        };
        Alive { shape: self.r() + f64::from(x), rate: self.alpha() + t, drop_out }
    }

    pub(crate) fn with_alive<T>(&self, history: History, time: f64, ask: impl Fn(&Alive<'_>) -> T) -> T {
        let t = history.t.in_unit(self.unit);
        let rule = self.drop_rule(history.x, t, time);
        ask(&self.alive(history.x, t, &rule))
    }

    fn r(&self) -> f64 {
        match self.parameters {
            Parameters::ParetoNbd { r, .. }
            | Parameters::BgNbd { r, .. }
            | Parameters::MbgNbd { r, .. }
            | Parameters::Nbd { r, .. } => r,
        }
    }

    fn alpha(&self) -> f64 {
        match self.parameters {
            Parameters::ParetoNbd { alpha, .. }
            | Parameters::BgNbd { alpha, .. }
            | Parameters::MbgNbd { alpha, .. }
            | Parameters::Nbd { alpha, .. } => alpha,
        }
    }
}

/// Largest number of purchases told apart in an interval.
const MAX_INTERVAL_COUNT: f64 = 10_000.0;

/// A customer at the moment of the first purchase.
const NEWCOMER: History = History { x: 0, t_x: Span::ZERO, t: Span::ZERO };

/// Most discount steps of a horizon; a longer horizon is cut into this many equal steps.
const MAX_DISCOUNT_STEPS: u32 = 60;

/// Ends of the horizon's steps in `unit`, with the present value of 1 at each end. A step is one
/// unit of the horizon, as long as there are at most [`MAX_DISCOUNT_STEPS`].
pub(crate) fn discount_steps(horizon: Horizon, rate: DiscountRate, unit: TimeUnit) -> Vec<(f64, f64)> {
    let steps = horizon.length.min(MAX_DISCOUNT_STEPS);
    (1..=steps)
        .map(|step| {
            let share = f64::from(step) / f64::from(steps);
            let end = Span::new(f64::from(horizon.length) * share, horizon.unit);
            (end.in_unit(unit), rate.factor_after(end))
        })
        .collect()
}
