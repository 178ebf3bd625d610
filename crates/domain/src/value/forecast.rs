//! Forecasts for all cells at once.
//!
//! Invariants: one [`CellForecast`] per cell, in the order of the cells; what depends on (x, T)
//! only is computed once per such group; same bits for any number of threads.
//!
//! Callers may rely on: scatter with [`Cells::cell_of`]; totals are sums over sorted cells.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::alive::Waits;
use super::cells::{Cell, Cells};
use super::frequency::{Frequency, History, discount_steps};
use super::numeric::quadrature::Node;
use super::unit::{DiscountRate, Horizon, Span, TimeUnit};

/// Groups of equal (x, T) handled by one task; a task shares one quadrature rule.
const GROUPS_PER_TASK: usize = 32;

/// Largest number of purchases in a horizon that gets a probability of its own.
const MAX_COUNT: u32 = 4000;

/// A wait beyond ten years is no date to plan with.
pub const WAIT_DAYS_MAX: f64 = 3_650.0;

/// What the customers of one cell are expected to do within the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CellForecast {
    /// Probability of still being a customer.
    pub p_alive: f64,
    /// Probability of at least one purchase.
    pub p_active: f64,
    /// Expected purchases.
    pub purchases: f64,
    /// Expected purchases, each discounted from the end of its step.
    pub discounted: f64,
    /// Mean of the purchases of those who buy at all (at least 1; 0 when nobody can).
    pub purchases_if_active: f64,
    /// Variance of the purchases of those who buy at all.
    pub variance_if_active: f64,
    /// Days until the next purchase has come with probability one half; `None` when that is never, or
    /// later than [`WAIT_DAYS_MAX`]. The mean does not exist.
    pub median_wait_days: Option<f64>,
}

/// Forecasts of all cells for one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// How far ahead.
    pub horizon: Horizon,
    /// Discounting of `discounted`.
    pub rate: DiscountRate,
    /// One per cell.
    pub cells: Vec<CellForecast>,
}

impl Forecast {
    /// Expected purchases of all customers.
    pub fn total_purchases(&self, cells: &Cells) -> f64 {
        weighted_sum(cells, self.cells.iter().map(|f| f.purchases))
    }
}

fn weighted_sum(cells: &Cells, figures: impl Iterator<Item = f64>) -> f64 {
    cells.as_slice().iter().zip(figures).map(|(c, f)| f64::from(c.customers) * f).sum()
}

/// What a living customer of one (x, T) group will do.
struct GroupForecast {
    mean: f64,
    discounted: f64,
    p_some: f64,
    if_active: f64,
    variance: f64,
}

impl Frequency {
    /// Forecasts every cell for `horizon`.
    pub fn forecast(&self, cells: &Cells, horizon: Horizon, rate: DiscountRate) -> Forecast {
        let time = horizon.span().in_unit(self.unit);
        let steps = discount_steps(horizon, rate, self.unit);
        let out = self.map_groups(cells, time, |x, t, rule, members| {
            let group = self.forecast_group(x, t, rule, time, &steps);
            let waits = self.waits_of(members, x, t, rule);
            members.iter().zip(waits).map(|(cell, wait)| self.forecast_cell(cell, &group, wait)).collect()
        });
        Forecast { horizon, rate, cells: out }
    }

    /// Discounted expected purchases of every cell only (for parameter uncertainty).
    pub(crate) fn discounted_by_cell(&self, cells: &Cells, horizon: Horizon, rate: DiscountRate) -> Vec<f64> {
        let time = horizon.span().in_unit(self.unit);
        let steps = discount_steps(horizon, rate, self.unit);
        self.map_groups(cells, time, |x, t, rule, members| {
            let discounted = self.alive(x, t, rule).discounted(&steps);
            members.iter().map(|cell| self.p_alive_of(cell) * discounted).collect()
        })
    }

    /// Discounted expected residual transactions of every cell; `None` when infinite.
    pub fn residual_by_cell(&self, cells: &Cells, rate: DiscountRate) -> Option<Vec<f64>> {
        let delta = rate.continuous_per(self.unit);
        let far = if delta > 0.0 { 45.0 / delta } else { f64::MAX };
        self.map_groups(cells, far, |x, t, rule, members| {
            let residual = self.alive(x, t, rule).discounted_for_ever(delta);
            members.iter().map(|cell| Some(self.p_alive_of(cell) * residual?)).collect()
        })
        .into_iter()
        .collect()
    }

    /// For each (x, T) group: the counts of those who buy, in bins of about a tenth each, as
    /// (share, mean, variance); empty where `p_none` of a living customer is `limit` or more.
    pub(crate) fn active_bins(&self, cells: &Cells, horizon: Horizon, limit: f64) -> Vec<Vec<(f64, f64, f64)>> {
        let time = horizon.span().in_unit(self.unit);
        self.map_groups(cells, time, |x, t, rule, _| {
            let alive = self.alive(x, t, rule);
            if alive.p_none(time) >= limit {
                return vec![Vec::new()];
            }
            let mean = alive.mean(time);
            let sd = (alive.second_moment(time) - mean * mean).max(0.0).sqrt();
            let most = (mean + 12.0 * sd + 10.0).min(f64::from(MAX_COUNT)) as usize;
            vec![bin_counts(&alive.distribution(time, most))]
        })
    }

    /// Calls `ask(x, T in the unit, rule, cells)` for each (x, T) group and concatenates.
    fn map_groups<T, F>(&self, cells: &Cells, time: f64, ask: F) -> Vec<T>
    where
        T: Send,
        F: Fn(u32, f64, &[Node], &[Cell]) -> Vec<T> + Sync,
    {
        let all = cells.as_slice();
        let x_of = |group: &std::ops::Range<usize>| all[group.start].summary.x;
        let tasks: Vec<&[std::ops::Range<usize>]> =
            cells.groups().chunk_by(|a, b| x_of(a) == x_of(b)).flat_map(|run| run.chunks(GROUPS_PER_TASK)).collect();
        let parts: Vec<Vec<T>> = tasks
            .par_iter()
            .map(|groups| {
                let first = all[groups[0].start].summary;
                let rule = self.drop_rule(first.x, self.in_unit(first.t), time);
                groups
                    .iter()
                    .flat_map(|group| {
                        let members = &all[group.clone()];
                        ask(first.x, self.in_unit(members[0].summary.t), &rule, members)
                    })
                    .collect()
            })
            .collect();
        parts.into_iter().flatten().collect()
    }

    fn wait_max(&self) -> f64 {
        Span::days(WAIT_DAYS_MAX).in_unit(self.unit)
    }

    /// Half of all chances, those of having left included.
    fn median_wait_of(&self, p_alive: f64, waits: &mut Waits<'_>) -> Option<f64> {
        Some(Span::new(waits.until(0.5 / p_alive)?, self.unit).in_unit(TimeUnit::Day))
    }

    /// Days until the next purchase has come with probability one half: [`CellForecast::median_wait_days`].
    pub fn median_wait_days(&self, history: History) -> Option<f64> {
        let longest = self.wait_max();
        self.with_alive(history, longest, |alive| self.median_wait_of(self.p_alive(history), &mut alive.waits(longest)))
    }

    fn in_unit(&self, days: u32) -> f64 {
        f64::from(days) / self.unit.days()
    }

    fn p_alive_of(&self, cell: &Cell) -> f64 {
        let s = cell.summary;
        self.p_alive_at(s.x, self.in_unit(s.t_x), self.in_unit(s.t))
    }

    fn forecast_group(&self, x: u32, t: f64, rule: &[Node], time: f64, steps: &[(f64, f64)]) -> GroupForecast {
        let alive = self.alive(x, t, rule);
        let mean = alive.mean(time);
        let p_some = (1.0 - alive.p_none(time)).clamp(0.0, 1.0);
        // An active customer buys at least once.
        let (if_active, variance) = if p_some > 1e-12 {
            let if_active = (mean / p_some).max(1.0);
            (if_active, (alive.second_moment(time) / p_some - if_active * if_active).max(0.0))
        } else {
            (if p_some > 0.0 { 1.0 } else { 0.0 }, 0.0)
        };
        GroupForecast { mean, discounted: alive.discounted(steps), p_some, if_active, variance }
    }

    /// The median waits of a group's cells. Within a group the later last purchase has the larger P(alive): backwards,
    /// the probabilities that are asked for ascend.
    fn waits_of(&self, members: &[Cell], x: u32, t: f64, rule: &[Node]) -> Vec<Option<f64>> {
        let alive = self.alive(x, t, rule);
        let mut waits = alive.waits(self.wait_max());
        let backwards = members.iter().rev().map(|cell| self.median_wait_of(self.p_alive_of(cell), &mut waits));
        let mut out: Vec<Option<f64>> = backwards.collect();
        out.reverse();
        out
    }

    fn forecast_cell(&self, cell: &Cell, group: &GroupForecast, median_wait_days: Option<f64>) -> CellForecast {
        let p_alive = self.p_alive_of(cell);
        CellForecast {
            p_alive,
            p_active: p_alive * group.p_some,
            purchases: p_alive * group.mean,
            discounted: p_alive * group.discounted,
            purchases_if_active: group.if_active,
            variance_if_active: group.variance,
            median_wait_days,
        }
    }
}

/// Joins the probabilities of 1, 2, 3, … purchases into bins of about a tenth of their sum.
fn bin_counts(probabilities: &[f64]) -> Vec<(f64, f64, f64)> {
    const BIN_SHARE: f64 = 0.1;
    let some: f64 = probabilities.iter().skip(1).sum();
    let mut bins = Vec::new();
    let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
    for (count, probability) in probabilities.iter().enumerate().skip(1) {
        let share = probability / some;
        let count_f = count as f64;
        weight += share;
        first += share * count_f;
        second += share * count_f * count_f;
        let is_last = count + 1 == probabilities.len();
        if weight >= BIN_SHARE || (is_last && weight > 1e-12) {
            let mean = first / weight;
            bins.push((weight, mean, (second / weight - mean * mean).max(0.0)));
            (weight, first, second) = (0.0, 0.0, 0.0);
        }
    }
    bins
}
