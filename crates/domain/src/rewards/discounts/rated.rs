//! Incentives held against one cart.
//!
//! Invariant: the list is in the order of the turns, which depends on the incentives only and not on how they were handed in.

use super::arithmetic::percent;
use super::formula::{Basket, Formula};
use super::incentive::{Effect, Incentive, Scope};
use super::quote::Rounding;

#[derive(Clone, Debug)]
pub(super) struct Rated<'a> {
    pub incentive: &'a Incentive,
    pub phase: u8,
    pub formula: Formula,
}

impl<'a> Rated<'a> {
    /// `None` where none of its items is in the cart.
    pub fn of(incentive: &'a Incentive, basket: &Basket) -> Option<Self> {
        let is_shipping = incentive.scope == Scope::Shipping;
        let about = basket.lines.iter().zip(0u16..).filter(|(line, _)| is_shipping || incentive.scope.has(line));
        let mut lines: Vec<u16> = about.map(|(_, at)| at).collect();
        if lines.is_empty() && !is_shipping {
            return None;
        }
        if matches!(incentive.effect, Effect::BuyGet { .. }) {
            lines.sort_by_key(|line| (basket.lines[usize::from(*line)].unit_minor, *line));
        }
        let (effect, threshold) = (incentive.effect_in(basket.tax), incentive.threshold_in(basket.tax));
        Some(Self { incentive, phase: incentive.phase(), formula: Formula { effect, threshold, lines, is_shipping } })
    }

    pub fn gift_value(&self) -> i64 {
        if let Effect::Gift { value_minor, .. } = self.formula.effect { value_minor } else { 0 }
    }

    /// What the brand pays of so much.
    pub fn cost_of(&self, amount: i64) -> i64 {
        match self.formula.effect {
            Effect::Gift { cost_minor, .. } => cost_minor,
            _ => percent(amount, self.incentive.brand_share_basis_points, Rounding::HalfUp),
        }
    }
}

/// All that are about something in a cart, in the order of their turns.
pub(super) fn rated<'a>(incentives: &'a [Incentive], basket: &Basket) -> Vec<Rated<'a>> {
    let mut all: Vec<Rated<'a>> = incentives.iter().filter_map(|incentive| Rated::of(incentive, basket)).collect();
    all.sort_by(|one, other| turn(one.incentive).cmp(&turn(other.incentive)));
    all
}

/// What turns are sorted by.
fn turn(incentive: &Incentive) -> (u8, i32, &str) {
    (incentive.phase(), incentive.priority, &incentive.id)
}
