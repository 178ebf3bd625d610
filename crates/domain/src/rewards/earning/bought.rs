//! An order as it was told, less what came back of it: what a rule is applied to.
//!
//! Invariants: what is left follows from all that came back, never from its steps or their order; more that came back never leaves
//! more of the lines that a rule is about; no amount is below zero, and nothing is left beyond what was bought.
//!
//! | told | here |
//! |---|---|
//! | a line below zero, as a discount of the whole order | lessens the others by their amounts |
//! | a line that is a gift (its price is zero) | nothing |
//! | goods that came back | off the lines of that product, in their order |
//! | money that came back and names no product, or more than its lines have | off all lines, by what is left of each; of the lines that a rule is about together it is rounded up, once |

use super::order::{OrderLine, OrderSnapshot};
use super::rate::Rate;
use super::rule::EarningRule;
use crate::money::AMOUNT_MINOR_MAX;
use crate::rules::oracle::{Happened, Named, first_of, text_of};
use crate::rules::value::Value;
use crate::share::apportion;
use crate::time::Instant;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    order: Happened,
    /// Of each line: what was paid, and what is left of it after goods that came back.
    paid: Vec<i64>,
    left: Vec<i64>,
    /// Money that came back besides, of all lines: at most what is left of them.
    money: i64,
}

/// The lines of an order that a rule is about, as they were bought, and what is left of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    pub original: OrderSnapshot,
    pub remaining: Vec<OrderLine>,
}

impl Basket {
    /// Of an order that a rule is not about, or of which nothing is left.
    pub fn empty() -> Self {
        Self { original: OrderSnapshot { lines: Vec::new(), multiplier: Rate::ONE }, remaining: Vec::new() }
    }
}

impl Bought {
    pub fn of(order: Happened, refunds: &[&Happened]) -> Self {
        let paid = paid(&order.lines);
        let (left, money) = left(&order.lines, &paid, refunds);
        Self { order, paid, left, money }
    }

    pub fn at(&self) -> Instant {
        self.order.at
    }

    /// The fact as rules see it.
    pub fn order(&self) -> &Happened {
        &self.order
    }

    /// What the rule is about. It looks at the order as it was bought: what came back changes amounts, not what the order is.
    pub fn basket(&self, rule: &EarningRule) -> Basket {
        if rule.orders.as_ref().is_some_and(|orders| !orders.lets_through(&self.order)) {
            return Basket::empty();
        }
        let all = || (0..self.paid.len()).collect();
        let lines = rule.lines.as_ref().map_or_else(all, |lines| lines.lines_of(&self.order));
        let of = |amounts: &[i64]| {
            let named = lines.iter().zip(amounts);
            named.map(|(place, minor)| OrderLine { line: format!("{:05}", place + 1), amount_minor: *minor }).collect()
        };
        let paid: Vec<i64> = lines.iter().map(|place| self.paid[*place]).collect();
        let mut left: Vec<i64> = lines.iter().map(|place| self.left[*place]).collect();
        let part = self.part_of_money(sum(&left));
        lessen(&mut left, part);
        Basket { original: OrderSnapshot { lines: of(&paid), multiplier: Rate::ONE }, remaining: of(&left) }
    }

    /// What lines that come to so much have of the money that came back.
    fn part_of_money(&self, minor: i64) -> i64 {
        let whole = i128::from(sum(&self.left)).max(1);
        let part = (i128::from(minor) * i128::from(self.money) + whole - 1) / whole;
        i64::try_from(part).unwrap_or(minor)
    }
}

fn sum(amounts: &[i64]) -> i64 {
    amounts.iter().fold(0, |sum, amount| sum.saturating_add(*amount))
}

fn minor_of(named: &Named, name: &str) -> Option<i64> {
    match first_of(named, name)? {
        Value::Money(money) => Some(money.minor),
        _ => None,
    }
}

fn paid(lines: &[Named]) -> Vec<i64> {
    let told =
        |line: &Named| if minor_of(line, "unit_price") == Some(0) { 0 } else { minor_of(line, "amount").unwrap_or(0) };
    let told: Vec<i64> = lines.iter().map(told).collect();
    let below = told.iter().fold(0i64, |sum, minor| sum.saturating_add(minor.saturating_neg().max(0)));
    let mut paid: Vec<i64> = told.iter().map(|minor| (*minor).clamp(0, AMOUNT_MINOR_MAX)).collect();
    lessen(&mut paid, below);
    paid
}

/// What is left of each line after goods that came back, and the money that came back besides.
fn left(lines: &[Named], paid: &[i64], refunds: &[&Happened]) -> (Vec<i64>, i64) {
    let mut left = paid.to_vec();
    let mut goods: BTreeMap<Product<'_>, i64> = BTreeMap::new();
    let mut money = 0i64;
    for refund in refunds {
        if refund.lines.is_empty() {
            money = money.saturating_add(came_back(&refund.properties));
        }
        for line in &refund.lines {
            let sum = match Product::of(line) {
                Some(product) => goods.entry(product).or_default(),
                None => &mut money,
            };
            *sum = sum.saturating_add(came_back(line));
        }
    }
    for (product, minor) in goods {
        let mut open = minor;
        for (line, rest) in lines.iter().zip(&mut left) {
            let taken = if product.is_of(line) { open.min(*rest) } else { 0 };
            *rest -= taken;
            open -= taken;
        }
        money = money.saturating_add(open);
    }
    let money = money.min(sum(&left));
    (left, money)
}

fn came_back(named: &Named) -> i64 {
    minor_of(named, "amount").unwrap_or(0).saturating_neg().max(0)
}

/// Takes so much off all amounts, by largest remainder; no more than there is.
fn lessen(amounts: &mut [i64], by: i64) {
    let whole = sum(amounts);
    let mut parts = Vec::with_capacity(amounts.len());
    apportion(by.min(whole), amounts, &mut parts);
    for (amount, part) in amounts.iter_mut().zip(parts) {
        *amount -= part;
    }
}

/// By which a line that came back is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Product<'l> {
    Sku(&'l str),
    Name(&'l str),
}

impl<'l> Product<'l> {
    fn of(line: &'l Named) -> Option<Self> {
        text_of(line, "sku").map(Self::Sku).or_else(|| text_of(line, "name").map(Self::Name))
    }

    fn is_of(self, line: &Named) -> bool {
        match self {
            Self::Sku(sku) => text_of(line, "sku") == Some(sku),
            Self::Name(name) => text_of(line, "name") == Some(name),
        }
    }
}
