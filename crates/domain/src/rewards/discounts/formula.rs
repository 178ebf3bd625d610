//! What an incentive does at its turn, as a formula over the lines of one cart.
//!
//! Invariants: what it takes off is at most what its items cost at that time, so nothing falls below zero (D1); a step only
//! ever lowers what each line costs. So [`Formula::most`], which is what it would take off now, or more, is also the most
//! that it can take off after any further steps: the search relies on that.

use super::arithmetic::{percent, portion};
use super::cart::{Cart, MergedLine, Tax, merged};
use super::incentive::{Basis, Cap, Effect, Threshold};
use super::quote::{Policy, Rounding};
use crate::share::apportion;
use serde::{Deserialize, Serialize};

/// The merged lines of a cart, and what its shipping costs.
#[derive(Clone, Debug)]
pub(super) struct Basket {
    pub lines: Vec<MergedLine>,
    pub shipping_minor: i64,
    pub tax: Tax,
}

impl Basket {
    pub fn of(cart: &Cart) -> Self {
        Self { lines: merged(cart), shipping_minor: cart.shipping_minor, tax: cart.tax }
    }
}

/// What everything costs between two steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Of each merged line; `goods` is their sum.
    pub due: Vec<i64>,
    pub goods: i64,
    /// What the units that are not free cost in the beginning.
    pub listed: Vec<i64>,
    /// Units that are not free.
    pub paid: Vec<u32>,
    /// Units that no "buy N get M" has taken.
    pub open: Vec<u32>,
    pub shipping: i64,
}

impl State {
    pub fn of(basket: &Basket) -> Self {
        let initial: Vec<i64> = basket.lines.iter().map(MergedLine::initial_minor).collect();
        let open = basket.lines.iter().map(|line| if line.unit_minor > 0 { line.quantity } else { 0 }).collect();
        Self {
            goods: initial.iter().sum(),
            listed: initial.clone(),
            due: initial,
            paid: basket.lines.iter().map(|line| line.quantity).collect(),
            open,
            shipping: basket.shipping_minor,
        }
    }

    pub fn total(&self) -> i64 {
        self.goods + self.shipping
    }

    fn due_of(&self, lines: &[u16]) -> i64 {
        if lines.len() == self.due.len() {
            return self.goods;
        }
        lines.iter().map(|line| self.due[usize::from(*line)]).sum()
    }

    pub fn copy_from(&mut self, other: &Self) {
        self.due.clone_from(&other.due);
        self.goods = other.goods;
        self.listed.clone_from(&other.listed);
        self.paid.clone_from(&other.paid);
        self.open.clone_from(&other.open);
        self.shipping = other.shipping;
    }
}

/// What a step takes off, line by line, in the order of the lines of its incentive.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub amount: i64,
    /// Empty where it is off the shipping, and of gifts.
    pub shares: Vec<i64>,
    /// How many units of each line become free, and how many have part in it. Empty but for "buy N get M".
    pub free: Vec<u32>,
    pub used: Vec<u32>,
}

/// What a step computes, in the basis of the cart: all that is needed to do it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formula {
    pub effect: Effect,
    pub threshold: Option<Threshold>,
    /// The places of the merged lines that it is about; where it is of units, the cheapest first. Of shipping: all, which
    /// its threshold is about.
    pub lines: Vec<u16>,
    pub is_shipping: bool,
}

impl Formula {
    /// What it is a part of: the goods of its lines, or the shipping.
    pub(super) fn base(&self, state: &State) -> i64 {
        if self.is_shipping { state.shipping } else { state.due_of(&self.lines) }
    }

    /// What its threshold is compared with.
    ///
    /// Of the initial amount, units that are free do not count, unless the policy says so. It is the same after any steps of
    /// later phases: "buy N get M" comes first, and to those themselves no unit is free yet.
    pub(super) fn threshold_amount(&self, basis: Basis, basket: &Basket, state: &State, policy: &Policy) -> i64 {
        let counts_all = policy.free_items_count || matches!(self.effect, Effect::BuyGet { .. });
        match basis {
            Basis::Current => state.due_of(&self.lines),
            Basis::Initial if counts_all => {
                self.lines.iter().map(|line| basket.lines[usize::from(*line)].initial_minor()).sum()
            }
            Basis::Initial => self.lines.iter().map(|line| state.listed[usize::from(*line)]).sum(),
        }
    }

    /// How many times it applies by its threshold; 0 where that is not reached.
    pub(super) fn times(&self, basket: &Basket, state: &State, policy: &Policy) -> u32 {
        let Some(threshold) = self.threshold else { return 1 };
        let amount = self.threshold_amount(threshold.on, basket, state, policy);
        let reached = u32::try_from(amount / threshold.minor).unwrap_or(u32::MAX);
        match self.effect {
            Effect::AmountOff { times_max, .. } => reached.min(times_max),
            _ => reached.min(1),
        }
    }

    /// What it would take off now, but of "buy N get M", of which it is a bound: as if the dearest units were free.
    pub(super) fn most(&self, basket: &Basket, state: &State, policy: &Policy) -> i64 {
        let times = self.times(basket, state, policy);
        if times == 0 {
            return 0;
        }
        match &self.effect {
            Effect::BuyGet { buy, get, off_basis_points, times_max } => {
                let mut units = units_to_get(&self.lines, state, *buy, *get, *times_max);
                let mut before = 0;
                for at in self.lines.iter().rev().map(|line| usize::from(*line)) {
                    let here = units.min(state.open[at]);
                    units -= here;
                    before += basket.lines[at].unit_minor * i64::from(here);
                }
                // Each line is rounded for itself.
                let rounded = if *off_basis_points < 10_000 { self.lines.len() as i64 } else { 0 };
                percent(before, *off_basis_points, Rounding::Down) + rounded
            }
            effect => self.plain_amount(effect, times, state, policy.rounding),
        }
    }

    /// What all but "buy N get M" take off.
    fn plain_amount(&self, effect: &Effect, times: u32, state: &State, rounding: Rounding) -> i64 {
        match *effect {
            Effect::AmountOff { off_minor, .. } => off_minor.saturating_mul(i64::from(times)).min(self.base(state)),
            Effect::PercentOff { basis_points, cap: Some(Cap::PerUnit(cap)) } => self
                .lines
                .iter()
                .map(|line| capped_per_unit(state, usize::from(*line), basis_points, cap, rounding))
                .sum(),
            Effect::PercentOff { basis_points, cap } => {
                let amount = percent(self.base(state), basis_points, rounding);
                if let Some(Cap::InAll(cap)) = cap { amount.min(cap) } else { amount }
            }
            Effect::NewPrice { unit_minor } => {
                self.lines.iter().map(|line| above_price(state, usize::from(*line), unit_minor)).sum()
            }
            Effect::BuyGet { .. } | Effect::Gift { .. } => 0,
        }
    }

    /// Says in `taken` what it takes off now. `false` where it does nothing.
    pub(super) fn takes(&self, basket: &Basket, state: &State, policy: &Policy, taken: &mut Taken) -> bool {
        taken.amount = 0;
        taken.shares.clear();
        taken.free.clear();
        taken.used.clear();
        let times = self.times(basket, state, policy);
        if times == 0 {
            return false;
        }
        let rounding = policy.rounding;
        match &self.effect {
            Effect::Gift { .. } => return true,
            Effect::BuyGet { .. } => self.take_units(state, rounding, taken),
            effect if self.is_shipping => taken.amount = self.plain_amount(effect, times, state, rounding),
            Effect::PercentOff { basis_points, cap: Some(Cap::PerUnit(cap)) } => {
                let share = |line: &u16| capped_per_unit(state, usize::from(*line), *basis_points, *cap, rounding);
                taken.shares.extend(self.lines.iter().map(share));
                taken.amount = taken.shares.iter().sum();
            }
            Effect::NewPrice { unit_minor } => {
                taken.shares.extend(self.lines.iter().map(|line| above_price(state, usize::from(*line), *unit_minor)));
                taken.amount = taken.shares.iter().sum();
            }
            effect @ (Effect::AmountOff { .. } | Effect::PercentOff { .. }) => {
                taken.amount = self.plain_amount(effect, times, state, rounding);
                let weights: Vec<i64> = self.lines.iter().map(|line| state.due[usize::from(*line)]).collect();
                apportion(taken.amount, &weights, &mut taken.shares);
            }
        }
        taken.amount > 0
    }

    /// Of the open units the cheapest cost less, and the next cheapest are those that were bought for them.
    fn take_units(&self, state: &State, rounding: Rounding, taken: &mut Taken) {
        let Effect::BuyGet { buy, get, off_basis_points, times_max } = self.effect else { return };
        let mut less = units_to_get(&self.lines, state, buy, get, times_max);
        let mut bought = less / get.max(1) * buy;
        for at in self.lines.iter().map(|line| usize::from(*line)) {
            let here = less.min(state.open[at]);
            less -= here;
            let beside = bought.min(state.open[at] - here);
            bought -= beside;
            let due = portion(state.due[at], i64::from(here), i64::from(state.paid[at]), rounding);
            let share = percent(due, off_basis_points, rounding);
            taken.amount += share;
            taken.shares.push(share);
            taken.free.push(if off_basis_points == 10_000 { here } else { 0 });
            taken.used.push(here + beside);
        }
    }

    pub(super) fn apply(&self, basket: &Basket, taken: &Taken, state: &mut State) {
        if self.is_shipping {
            state.shipping -= taken.amount;
            return;
        }
        state.goods -= taken.amount;
        for (line, share) in self.lines.iter().zip(&taken.shares) {
            state.due[usize::from(*line)] -= share;
        }
        for ((line, free), used) in self.lines.iter().zip(&taken.free).zip(&taken.used) {
            let at = usize::from(*line);
            state.paid[at] -= free;
            state.open[at] -= used;
            state.listed[at] -= basket.lines[at].unit_minor * i64::from(*free);
        }
    }
}

/// How many units cost less.
fn units_to_get(lines: &[u16], state: &State, buy: u32, get: u32, times_max: u32) -> u32 {
    let open: u64 = lines.iter().map(|line| u64::from(state.open[usize::from(*line)])).sum();
    let times = (open / (u64::from(buy) + u64::from(get)).max(1)).min(u64::from(times_max));
    u32::try_from(times * u64::from(get)).unwrap_or(u32::MAX)
}

fn capped_per_unit(state: &State, at: usize, basis_points: u32, cap: i64, rounding: Rounding) -> i64 {
    percent(state.due[at], basis_points, rounding).min(cap.saturating_mul(i64::from(state.paid[at])))
}

fn above_price(state: &State, at: usize, unit_minor: i64) -> i64 {
    (state.due[at] - unit_minor.saturating_mul(i64::from(state.paid[at]))).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_in_whole_groups() {
        let state = State { open: vec![4, 3], ..State::default() };
        assert_eq!(units_to_get(&[0, 1], &state, 2, 1, 9), 2);
        assert_eq!(units_to_get(&[0, 1], &state, 2, 1, 1), 1);
        assert_eq!(units_to_get(&[0, 1], &state, 0, 2, 9), 6);
        assert_eq!(units_to_get(&[1], &state, 3, 1, 9), 0);
    }
}
