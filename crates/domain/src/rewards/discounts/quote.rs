//! From a cart and incentives to a quote.
//!
//! Invariants: the discounts of the lines and of the shipping sum to that of the order (D2); a quote holds all that its steps
//! need to be done again. A [`Snapshot`] is what was sold: its incentives as they were then, which later edits do
//! not reach.

use super::arithmetic::tax_of;
use super::cart::{Cart, MergedLine, Tax, TaxMode};
use super::formula::{Basket, State, Taken};
use super::incentive::{Effect, INCENTIVES_MAX, Incentive, Stacking};
use super::rated::{Rated, rated};
use super::search::{COMBINED_MAX, LOOKS_USUAL, Search, search};
use super::trace::Step;
use crate::money::Currency;
use crate::share::apportion;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that cannot be accepted: where it stands, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub allowed: &'static str,
}

/// Of what is not a whole minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    Down,
    HalfUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The best legal combination.
    BestForCustomer,
    /// Each incentive in the order of the request that is legal with those before it; "buy N get M" comes first all the same.
    AsRequested,
}

/// What a brand decides for all its carts. Stored with what was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub choice: Choice,
    /// Incentives of one combination.
    pub incentives_max: u8,
    pub rounding: Rounding,
    /// Whether units that are free count for thresholds on the initial amount.
    pub free_items_count: bool,
    /// How many times the search may look at an incentive.
    pub looks_max: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            choice: Choice::BestForCustomer,
            incentives_max: 5,
            rounding: Rounding::HalfUp,
            free_items_count: false,
            looks_max: LOOKS_USUAL,
        }
    }
}

impl Policy {
    fn check(&self) -> Option<Problem> {
        let is_right = (1..=COMBINED_MAX).contains(&usize::from(self.incentives_max));
        (!is_right).then(|| Problem { place: "policy.incentives_max".to_owned(), allowed: "1 to 8" })
    }
}

/// A merged line with what it costs in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedLine {
    pub sku: String,
    pub unit_minor: i64,
    pub quantity: u32,
    pub free_units: u32,
    pub initial_minor: i64,
    pub discount_minor: i64,
    pub due_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gift {
    pub incentive: String,
    pub sku: String,
    pub quantity: u32,
    pub value_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub currency: Currency,
    pub tax: Tax,
    pub policy: Policy,
    /// Merged, by stock keeping unit and price.
    pub lines: Vec<QuotedLine>,
    /// The discount of each line of the cart as it was handed in.
    pub line_discounts: Vec<i64>,
    pub gifts: Vec<Gift>,
    pub gifts_value_minor: i64,
    pub goods_initial_minor: i64,
    pub goods_discount_minor: i64,
    pub shipping_initial_minor: i64,
    pub shipping_discount_minor: i64,
    /// Goods and shipping, in the basis of the cart.
    pub due_minor: i64,
    /// The tax that is in it, or comes on top.
    pub tax_minor: i64,
    /// What the customer pays.
    pub payable_minor: i64,
    /// What the brand itself pays for the incentives.
    pub brand_cost_minor: i64,
    pub steps: Vec<Step>,
    pub search: Search,
}

impl Quote {
    pub fn discount_minor(&self) -> i64 {
        self.goods_discount_minor + self.shipping_discount_minor
    }
}

/// What a cart costs with these incentives, or all that is wrong with them.
pub fn quote(cart: &Cart, incentives: &[Incentive], policy: &Policy) -> Result<Quote, Vec<Problem>> {
    let problems = check(cart, incentives, policy);
    if !problems.is_empty() {
        return Err(problems);
    }
    let basket = Basket::of(cart);
    let (chosen, search) = match policy.choice {
        Choice::BestForCustomer => {
            let all = rated(incentives, &basket);
            let found = search(&basket, &all, policy);
            let chosen = found.members.iter().map(|at| all[usize::from(*at)].clone()).collect();
            (chosen, found.search)
        }
        Choice::AsRequested => (as_requested(incentives, &basket, policy), Search::Given),
    };
    Ok(composed(cart, &basket, &chosen, policy, search))
}

fn check(cart: &Cart, incentives: &[Incentive], policy: &Policy) -> Vec<Problem> {
    let mut problems = cart.check();
    problems.extend(policy.check());
    if incentives.len() > INCENTIVES_MAX {
        problems.push(Problem { place: "incentives".to_owned(), allowed: "at most 2000" });
        return problems;
    }
    let mut ids = BTreeSet::new();
    for (at, incentive) in incentives.iter().enumerate() {
        let within = |problem: Problem| Problem { place: format!("incentives[{at}].{}", problem.place), ..problem };
        problems.extend(incentive.check().into_iter().map(within));
        if !ids.insert(&incentive.id) {
            problems.push(Problem { place: format!("incentives[{at}].id"), allowed: "each id once" });
        }
    }
    problems
}

/// Each that is legal with those before it and does something at its turn.
fn as_requested<'a>(incentives: &'a [Incentive], basket: &Basket, policy: &Policy) -> Vec<Rated<'a>> {
    let (units, others): (Vec<_>, Vec<_>) =
        incentives.iter().partition(|incentive| matches!(incentive.effect, Effect::BuyGet { .. }));
    let mut state = State::of(basket);
    let mut taken = Taken::default();
    let mut chosen: Vec<Rated<'a>> = Vec::new();
    for rated in units.into_iter().chain(others).filter_map(|incentive| Rated::of(incentive, basket)) {
        let has = |stacking| chosen.iter().any(|one| one.incentive.stacking == stacking);
        let is_legal = match rated.incentive.stacking {
            Stacking::Always => true,
            Stacking::Common => !has(Stacking::Exclusive),
            Stacking::Exclusive => !has(Stacking::Exclusive) && !has(Stacking::Common),
        };
        let has_room = chosen.len() < usize::from(policy.incentives_max);
        if is_legal && has_room && rated.formula.takes(basket, &state, policy, &mut taken) {
            rated.formula.apply(basket, &taken, &mut state);
            chosen.push(rated);
        }
    }
    chosen
}

/// The quote of these incentives, in this order; those that do nothing at their turn have no step.
fn composed(cart: &Cart, basket: &Basket, chosen: &[Rated<'_>], policy: &Policy, search: Search) -> Quote {
    let mut state = State::of(basket);
    let mut taken = Taken::default();
    let (mut steps, mut gifts, mut brand_cost_minor) = (Vec::new(), Vec::new(), 0i64);
    for rated in chosen {
        if !rated.formula.takes(basket, &state, policy, &mut taken) {
            continue;
        }
        let id = &rated.incentive.id;
        steps.push(Step::of(id, &rated.formula, basket, &state, policy, &taken));
        rated.formula.apply(basket, &taken, &mut state);
        brand_cost_minor = brand_cost_minor.saturating_add(rated.cost_of(taken.amount));
        if let Effect::Gift { sku, quantity, value_minor, .. } = &rated.formula.effect {
            let (sku, quantity, value_minor) = (sku.clone(), *quantity, *value_minor);
            gifts.push(Gift { incentive: id.clone(), sku, quantity, value_minor });
        }
    }
    let quoted = |(at, line): (usize, &MergedLine)| QuotedLine {
        sku: line.sku.clone(),
        unit_minor: line.unit_minor,
        quantity: line.quantity,
        free_units: line.quantity - state.paid[at],
        initial_minor: line.initial_minor(),
        discount_minor: line.initial_minor() - state.due[at],
        due_minor: state.due[at],
    };
    let lines: Vec<QuotedLine> = basket.lines.iter().enumerate().map(quoted).collect();
    let due_minor = state.total();
    let tax_minor = tax_of(cart.tax, due_minor);
    Quote {
        currency: cart.currency,
        tax: cart.tax,
        policy: policy.clone(),
        line_discounts: line_discounts(cart, basket, &lines),
        gifts_value_minor: gifts.iter().fold(0i64, |sum, gift: &Gift| sum.saturating_add(gift.value_minor)),
        gifts,
        goods_initial_minor: lines.iter().map(|line| line.initial_minor).sum(),
        goods_discount_minor: lines.iter().map(|line| line.discount_minor).sum(),
        shipping_initial_minor: basket.shipping_minor,
        shipping_discount_minor: basket.shipping_minor - state.shipping,
        due_minor,
        tax_minor,
        payable_minor: match cart.tax.mode {
            TaxMode::Inclusive => due_minor,
            TaxMode::Exclusive => due_minor.saturating_add(tax_minor),
        },
        brand_cost_minor,
        lines,
        steps,
        search,
    }
}

/// The discount of a merged line over the lines it is made of, by their units.
fn line_discounts(cart: &Cart, basket: &Basket, lines: &[QuotedLine]) -> Vec<i64> {
    let mut discounts = vec![0; cart.lines.len()];
    let mut shares = Vec::new();
    for (merged, quoted) in basket.lines.iter().zip(lines) {
        let units: Vec<i64> = merged.places.iter().map(|place| i64::from(cart.lines[*place].quantity)).collect();
        apportion(quoted.discount_minor, &units, &mut shares);
        for (place, share) in merged.places.iter().zip(&shares) {
            discounts[*place] = *share;
        }
    }
    discounts
}

/// What was sold: a cart, and the incentives that it was sold with, as they were then and in the order of their turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub cart: Cart,
    pub incentives: Vec<Incentive>,
    pub policy: Policy,
}

impl Snapshot {
    /// Of a quote of this cart with these incentives.
    pub fn of(cart: &Cart, incentives: &[Incentive], quote: &Quote) -> Self {
        let named = |step: &Step| incentives.iter().find(|incentive| incentive.id == step.incentive).cloned();
        Self {
            cart: cart.clone(),
            incentives: quote.steps.iter().filter_map(named).collect(),
            policy: quote.policy.clone(),
        }
    }

    /// What this cart costs with just these incentives.
    pub fn quote(&self) -> Quote {
        let basket = Basket::of(&self.cart);
        let chosen: Vec<Rated<'_>> =
            self.incentives.iter().filter_map(|incentive| Rated::of(incentive, &basket)).collect();
        composed(&self.cart, &basket, &chosen, &self.policy, Search::Given)
    }

    /// What is left of it when one incentive is rolled back: the others are computed anew, on the original cart and terms.
    /// `None` where it has no such incentive.
    pub fn without(&self, incentive: &str) -> Option<Self> {
        let is_it = |one: &Incentive| one.id == incentive;
        self.incentives.iter().any(is_it).then(|| Self {
            cart: self.cart.clone(),
            incentives: self.incentives.iter().filter(|one| !is_it(one)).cloned().collect(),
            policy: self.policy.clone(),
        })
    }
}
