//! An incentive: what it gives, on what, from which amount on, and what it stands beside.
//!
//! Who may have it and when is not said here: those that are handed in are open to this customer at this moment. Stored:
//! what was redeemed keeps the terms that it had, so later versions read these shapes.

use super::arithmetic::{WHOLE_BASIS_POINTS, to_basis_of};
use super::cart::{MergedLine, Tax, TaxMode};
use super::quote::Problem;
use crate::money::AMOUNT_MINOR_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Live campaigns that a cart is quoted against.
pub const INCENTIVES_MAX: usize = 2_000;
const NAMES_MAX: usize = 1_000;
const ID_BYTES_MAX: usize = 100;
const UNITS_MAX: u32 = 1_000;
/// The phase of what is off the whole order.
pub(super) const WHOLE_ORDER_PHASE: u8 = 4;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    WholeOrder,
    Skus(BTreeSet<String>),
    Categories(BTreeSet<String>),
    Brands(BTreeSet<String>),
    /// Items with at least one of these tags.
    Tags(BTreeSet<String>),
    Shipping,
}

impl Scope {
    pub(super) fn has(&self, line: &MergedLine) -> bool {
        match self {
            Self::WholeOrder => true,
            Self::Skus(skus) => skus.contains(&line.sku),
            Self::Categories(categories) => categories.contains(&line.category),
            Self::Brands(brands) => brands.contains(&line.brand),
            Self::Tags(tags) => line.tags.iter().any(|tag| tags.contains(tag)),
            Self::Shipping => false,
        }
    }

    fn names(&self) -> Option<&BTreeSet<String>> {
        match self {
            Self::Skus(names) | Self::Categories(names) | Self::Brands(names) | Self::Tags(names) => Some(names),
            Self::WholeOrder | Self::Shipping => None,
        }
    }
}

/// The most that a percentage takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// In all.
    InAll(i64),
    /// From each unit.
    PerUnit(i64),
}

/// What an incentive gives. A coupon for free shipping is all percent off the shipping, a trial voucher a gift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// With `times_max` above one: so much for each time that the threshold is in the amount.
    AmountOff {
        off_minor: i64,
        times_max: u32,
    },
    PercentOff {
        basis_points: u32,
        cap: Option<Cap>,
    },
    /// Units that cost more cost this.
    NewPrice {
        unit_minor: i64,
    },
    /// Of each `buy + get` units, `get` cost less by so much: of all of them the cheapest. A unit has part in one such
    /// incentive only.
    BuyGet {
        buy: u32,
        get: u32,
        off_basis_points: u32,
        times_max: u32,
    },
    /// Something that is not in the cart. Its value is what the customer would pay for it.
    Gift {
        sku: String,
        quantity: u32,
        value_minor: i64,
        cost_minor: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What the items cost before any incentive.
    Initial,
    /// What they cost when it is its turn.
    Current,
}

/// What the items of the scope (of shipping: all) must cost at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    pub minor: i64,
    pub on: Basis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// Neither beside another exclusive one nor beside common ones.
    Exclusive,
    Common,
    /// Beside anything.
    Always,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incentive {
    pub id: String,
    pub effect: Effect,
    pub scope: Scope,
    pub threshold: Option<Threshold>,
    pub stacking: Stacking,
    /// Lower ones come first within their phase.
    pub priority: i32,
    /// In which basis its amounts are stated.
    pub tax: TaxMode,
    /// What of it the brand pays itself; somebody else pays the rest.
    pub brand_share_basis_points: u32,
}

impl Incentive {
    /// All that is out of range; empty where it can be used.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, field: &str, allowed| {
            if !holds {
                problems.push(Problem { place: field.to_owned(), allowed });
            }
        };
        let is_name = |name: &str| (1..=ID_BYTES_MAX).contains(&name.len()) && !name.chars().any(char::is_control);
        demand(is_name(&self.id), "id", "1 to 100 bytes");
        if let Some(names) = self.scope.names() {
            let are_right = (1..=NAMES_MAX).contains(&names.len()) && names.iter().all(|name| is_name(name));
            demand(are_right, "scope", "1 to 1000 names, each of 1 to 100 bytes");
        }
        let is_amount = |minor: i64| (1..=AMOUNT_MINOR_MAX).contains(&minor);
        let threshold = self.threshold.map(|threshold| threshold.minor);
        demand(threshold.is_none_or(is_amount), "threshold.minor", "1 to 1000000000000");
        demand(self.brand_share_basis_points <= 10_000, "brand_share_basis_points", "0 to 10000");
        let is_rate = |basis_points: u32| (1..=WHOLE_BASIS_POINTS).contains(&i64::from(basis_points));
        let is_count = |count: u32| (1..=UNITS_MAX).contains(&count);
        match &self.effect {
            Effect::AmountOff { off_minor, times_max } => {
                demand(is_amount(*off_minor), "effect.off_minor", "1 to 1000000000000");
                let can_repeat = *times_max == 1 || (threshold.is_some() && *times_max > 0);
                demand(can_repeat, "effect.times_max", "1, or more with a threshold");
            }
            Effect::PercentOff { basis_points, cap } => {
                demand(is_rate(*basis_points), "effect.basis_points", "1 to 10000");
                let (Some(Cap::InAll(minor) | Cap::PerUnit(minor)), is_shipping) =
                    (*cap, self.scope == Scope::Shipping)
                else {
                    return problems;
                };
                demand(is_amount(minor), "effect.cap", "1 to 1000000000000");
                let is_per_unit = matches!(cap, Some(Cap::PerUnit(_)));
                demand(!(is_per_unit && is_shipping), "effect.cap", "in all, where it is off the shipping");
            }
            Effect::NewPrice { unit_minor } => {
                demand((0..=AMOUNT_MINOR_MAX).contains(unit_minor), "effect.unit_minor", "0 to 1000000000000");
                demand(self.scope != Scope::Shipping, "scope", "not shipping, where it is a new price");
            }
            Effect::BuyGet { buy, get, off_basis_points, times_max } => {
                demand(*buy <= UNITS_MAX, "effect.buy", "0 to 1000");
                demand(is_count(*get), "effect.get", "1 to 1000");
                demand(is_rate(*off_basis_points), "effect.off_basis_points", "1 to 10000");
                demand(*times_max > 0, "effect.times_max", "1 or more");
                demand(self.scope != Scope::Shipping, "scope", "not shipping, where it is of units");
            }
            Effect::Gift { sku, quantity, value_minor, cost_minor } => {
                demand(is_name(sku), "effect.sku", "1 to 100 bytes");
                demand(is_count(*quantity), "effect.quantity", "1 to 1000");
                demand(is_amount(*value_minor), "effect.value_minor", "1 to 1000000000000");
                demand((0..=AMOUNT_MINOR_MAX).contains(cost_minor), "effect.cost_minor", "0 to 1000000000000");
                demand(self.scope != Scope::Shipping, "scope", "not shipping, where it is a gift");
            }
        }
        problems
    }

    /// Which phase it has its turn in.
    pub(super) fn phase(&self) -> u8 {
        match (&self.effect, &self.scope) {
            (Effect::BuyGet { .. }, _) => 1,
            (Effect::NewPrice { .. }, _) => 2,
            (Effect::Gift { .. }, _) => 5,
            (_, Scope::Shipping) => 6,
            (_, Scope::WholeOrder) => WHOLE_ORDER_PHASE,
            (_, Scope::Skus(_) | Scope::Categories(_) | Scope::Brands(_) | Scope::Tags(_)) => 3,
        }
    }

    /// Its threshold in the basis of a cart; one that is too small to be an amount there is the smallest one.
    pub(super) fn threshold_in(&self, tax: Tax) -> Option<Threshold> {
        let in_basis = |minor| to_basis_of(tax, minor, self.tax).max(1);
        self.threshold.map(|threshold| Threshold { minor: in_basis(threshold.minor), ..threshold })
    }

    /// Its effect with the amounts in the basis of a cart. What a gift is worth and costs decides between combinations only.
    pub(super) fn effect_in(&self, tax: Tax) -> Effect {
        let in_basis = |minor| to_basis_of(tax, minor, self.tax);
        match &self.effect {
            Effect::AmountOff { off_minor, times_max } => {
                Effect::AmountOff { off_minor: in_basis(*off_minor), times_max: *times_max }
            }
            Effect::PercentOff { basis_points, cap } => Effect::PercentOff {
                basis_points: *basis_points,
                cap: cap.map(|cap| match cap {
                    Cap::InAll(minor) => Cap::InAll(in_basis(minor)),
                    Cap::PerUnit(minor) => Cap::PerUnit(in_basis(minor)),
                }),
            },
            Effect::NewPrice { unit_minor } => Effect::NewPrice { unit_minor: in_basis(*unit_minor) },
            Effect::Gift { sku, quantity, value_minor, cost_minor } => Effect::Gift {
                sku: sku.clone(),
                quantity: *quantity,
                value_minor: in_basis(*value_minor),
                cost_minor: in_basis(*cost_minor),
            },
            Effect::BuyGet { .. } => self.effect.clone(),
        }
    }
}
