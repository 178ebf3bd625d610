//! Made-up carts and incentives, and a second reckoning of what they come to: unit by unit and fraction by fraction, without
//! a line of the code that is tested.

use crate::random::Random;
use perennial_domain::money::Currency;
use perennial_domain::rewards::discounts::{
    Basis, Cap, Cart, Choice, Effect, Incentive, Line, Policy, Rounding, Scope, Stacking, Tax, TaxMode, Threshold,
};
use std::collections::{BTreeMap, BTreeSet};

pub fn below(random: &mut Random, end: u64) -> u64 {
    random.bits() % end
}

fn one_of<T: Clone>(random: &mut Random, choices: &[T]) -> T {
    choices[below(random, choices.len() as u64) as usize].clone()
}

fn names(random: &mut Random, prefix: &str, count: u64) -> BTreeSet<String> {
    (0..=below(random, 2)).map(|_| format!("{prefix}{}", below(random, count))).collect()
}

/// A few lines of a few kinds; prices of all sizes, so that roundings matter.
pub fn cart(random: &mut Random) -> Cart {
    let price_end = one_of(random, &[30, 1_000, 50_000]);
    let lines = (0..1 + below(random, 5)).map(|_| {
        let kind = below(random, 6);
        Line {
            sku: format!("s{kind}"),
            category: format!("c{}", kind % 3),
            brand: format!("b{}", kind % 2),
            tags: (0..kind % 3).map(|tag| format!("t{tag}")).collect(),
            unit_minor: below(random, price_end) as i64,
            quantity: 1 + below(random, 4) as u32,
        }
    });
    Cart {
        currency: Currency::parse("CNY").unwrap(),
        lines: lines.collect(),
        shipping_minor: one_of(random, &[0, 600, 1_201]),
        tax: Tax {
            mode: one_of(random, &[TaxMode::Inclusive, TaxMode::Exclusive]),
            rate_basis_points: one_of(random, &[0, 600, 1_300]),
        },
    }
}

/// An incentive that fits the carts that are made here.
pub fn incentive(random: &mut Random, number: u64, size: i64) -> Incentive {
    let amount = |random: &mut Random| 1 + below(random, (size.max(4) / 3) as u64) as i64;
    let mut scope = match below(random, 9) {
        0 => Scope::Skus(names(random, "s", 6)),
        1 | 2 => Scope::Categories(names(random, "c", 3)),
        3 => Scope::Brands(names(random, "b", 2)),
        4 => Scope::Tags(names(random, "t", 2)),
        5 => Scope::Shipping,
        _ => Scope::WholeOrder,
    };
    let threshold = (below(random, 2) == 0).then(|| Threshold {
        minor: 1 + below(random, size.max(2) as u64) as i64,
        on: one_of(random, &[Basis::Initial, Basis::Current]),
    });
    let effect = match below(random, 10) {
        0..=2 => {
            let times_max = if threshold.is_some() { one_of(random, &[1, 1, 3]) } else { 1 };
            Effect::AmountOff { off_minor: amount(random), times_max }
        }
        3..=5 => {
            let cap = match below(random, 3) {
                0 => Some(Cap::InAll(amount(random))),
                1 if scope != Scope::Shipping => Some(Cap::PerUnit(amount(random))),
                _ => None,
            };
            Effect::PercentOff { basis_points: one_of(random, &[333, 1_000, 2_500, 5_000, 10_000]), cap }
        }
        6 => Effect::NewPrice { unit_minor: amount(random) - 1 },
        7 | 8 => Effect::BuyGet {
            buy: below(random, 3) as u32,
            get: 1 + below(random, 2) as u32,
            off_basis_points: one_of(random, &[10_000, 5_000]),
            times_max: one_of(random, &[1, 9]),
        },
        _ => {
            let (value_minor, cost_minor) = (amount(random), amount(random) - 1);
            Effect::Gift { sku: format!("g{number}"), quantity: 1, value_minor, cost_minor }
        }
    };
    if matches!(effect, Effect::NewPrice { .. } | Effect::BuyGet { .. } | Effect::Gift { .. })
        && scope == Scope::Shipping
    {
        scope = Scope::WholeOrder;
    }
    Incentive {
        // Ids are not in the order in which they are made.
        id: format!("i{}{number}", (number * 7) % 10),
        effect,
        scope,
        threshold,
        stacking: one_of(random, &[Stacking::Exclusive, Stacking::Common, Stacking::Common, Stacking::Always]),
        priority: below(random, 3) as i32,
        tax: one_of(random, &[TaxMode::Inclusive, TaxMode::Exclusive]),
        brand_share_basis_points: one_of(random, &[0, 5_000, 10_000]),
    }
}

pub fn incentives(random: &mut Random, cart: &Cart, most: u64) -> Vec<Incentive> {
    let size = cart.lines.iter().map(|line| line.unit_minor * i64::from(line.quantity)).sum();
    (0..1 + below(random, most)).map(|number| incentive(random, number, size)).collect()
}

pub fn policy(random: &mut Random) -> Policy {
    Policy {
        choice: Choice::BestForCustomer,
        incentives_max: one_of(random, &[1, 2, 3, 5, 8]),
        rounding: one_of(random, &[Rounding::HalfUp, Rounding::Down]),
        free_items_count: below(random, 2) == 0,
        // No search of the small ones that are made here ends early.
        looks_max: 1_000_000,
    }
}

pub fn case(seed: u64, most: u64) -> (Cart, Vec<Incentive>, Policy) {
    let mut random = Random(seed);
    let cart = cart(&mut random);
    let incentives = incentives(&mut random, &cart, most);
    (cart, incentives, policy(&mut random))
}

pub fn shuffle<T>(random: &mut Random, list: &mut [T]) {
    for place in (1..list.len()).rev() {
        list.swap(place, below(random, place as u64 + 1) as usize);
    }
}

/// What a set comes to; less is better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reckoned {
    pub due: i128,
    pub lost_gifts: i128,
    pub cost: i128,
    pub ids: Vec<String>,
}

#[derive(Clone)]
struct Row {
    line: Line,
    due: i128,
    free: i128,
    used: i128,
}

struct Reckoning<'a> {
    rows: Vec<Row>,
    shipping: i128,
    tax: Tax,
    policy: &'a Policy,
}

/// All legal combinations.
pub fn best_of_all(cart: &Cart, incentives: &[Incentive], policy: &Policy) -> Reckoned {
    let sets = 0u32..1 << incentives.len();
    let chosen = |set: u32| {
        let is_in = move |(at, _): &(usize, &Incentive)| set >> at & 1 == 1;
        incentives.iter().enumerate().filter(is_in).map(|(_, incentive)| incentive).collect::<Vec<_>>()
    };
    let reckoned =
        sets.map(chosen).filter(|set| is_legal(set, policy)).filter_map(|set| reckon(cart, &set, policy, true));
    reckoned.min().unwrap()
}

fn is_legal(set: &[&Incentive], policy: &Policy) -> bool {
    let count = |stacking| set.iter().filter(|one| one.stacking == stacking).count();
    let exclusive = count(Stacking::Exclusive);
    set.len() <= usize::from(policy.incentives_max)
        && (exclusive == 0 || exclusive == 1 && count(Stacking::Common) == 0)
}

fn phase(incentive: &Incentive) -> u8 {
    match &incentive.effect {
        Effect::BuyGet { .. } => 1,
        Effect::NewPrice { .. } => 2,
        Effect::Gift { .. } => 5,
        _ if incentive.scope == Scope::Shipping => 6,
        _ if incentive.scope == Scope::WholeOrder => 4,
        _ => 3,
    }
}

/// `None` where all have to do something and one does not.
pub fn reckon(cart: &Cart, set: &[&Incentive], policy: &Policy, all_must: bool) -> Option<Reckoned> {
    let mut by_kind: BTreeMap<(String, i64), Line> = BTreeMap::new();
    for line in &cart.lines {
        let nothing = Line { quantity: 0, ..line.clone() };
        by_kind.entry((line.sku.clone(), line.unit_minor)).or_insert(nothing).quantity += line.quantity;
    }
    let row = |line: Line| {
        let due = i128::from(line.unit_minor) * i128::from(line.quantity);
        Row { line, due, free: 0, used: 0 }
    };
    let rows: Vec<Row> = by_kind.into_values().map(row).collect();
    let mut reckoning = Reckoning { rows, shipping: i128::from(cart.shipping_minor), tax: cart.tax, policy };
    let mut turns: Vec<&&Incentive> = set.iter().collect();
    turns.sort_by_key(|one| (phase(one), one.priority, one.id.clone()));
    let mut reckoned = Reckoned { due: 0, lost_gifts: 0, cost: 0, ids: Vec::new() };
    for incentive in turns {
        let before = reckoning.rows.clone();
        match reckoning.turn(incentive) {
            Some((gift, cost)) => {
                reckoned.lost_gifts -= gift;
                reckoned.cost += cost;
                reckoned.ids.push(incentive.id.clone());
            }
            None if all_must => return None,
            None => reckoning.rows = before,
        }
    }
    reckoned.ids.sort();
    reckoned.due = reckoning.rows.iter().map(|row| row.due).sum::<i128>() + reckoning.shipping;
    Some(reckoned)
}

fn rounded(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    if rounding == Rounding::HalfUp && 2 * rest >= denominator { quotient + 1 } else { quotient }
}

impl Reckoning<'_> {
    fn in_basis(&self, amount: i64, stated: TaxMode) -> i128 {
        let (amount, with) = (i128::from(amount), 10_000 + i128::from(self.tax.rate_basis_points));
        match (stated, self.tax.mode) {
            (TaxMode::Inclusive, TaxMode::Exclusive) => rounded(amount * 10_000, with, Rounding::HalfUp),
            (TaxMode::Exclusive, TaxMode::Inclusive) => rounded(amount * with, 10_000, Rounding::HalfUp),
            _ => amount,
        }
    }

    fn percent(&self, amount: i128, basis_points: u32) -> i128 {
        rounded(amount * i128::from(basis_points), 10_000, self.policy.rounding)
    }

    /// The value of a gift and the cost to the brand; `None` where it does nothing.
    fn turn(&mut self, incentive: &Incentive) -> Option<(i128, i128)> {
        let is_shipping = incentive.scope == Scope::Shipping;
        let is_in = |line: &Line| match &incentive.scope {
            Scope::WholeOrder | Scope::Shipping => true,
            Scope::Skus(names) => names.contains(&line.sku),
            Scope::Categories(names) => names.contains(&line.category),
            Scope::Brands(names) => names.contains(&line.brand),
            Scope::Tags(names) => !names.is_disjoint(&line.tags),
        };
        let places: Vec<usize> = (0..self.rows.len()).filter(|at| is_in(&self.rows[*at].line)).collect();
        if places.is_empty() && !is_shipping {
            return None;
        }
        let is_of_units = matches!(incentive.effect, Effect::BuyGet { .. });
        let times = match incentive.threshold {
            None => 1,
            Some(threshold) => {
                let counted = |row: &Row| match threshold.on {
                    Basis::Current => row.due,
                    Basis::Initial => {
                        let free = if self.policy.free_items_count || is_of_units { 0 } else { row.free };
                        i128::from(row.line.unit_minor) * (i128::from(row.line.quantity) - free)
                    }
                };
                let amount: i128 = places.iter().map(|at| counted(&self.rows[*at])).sum();
                amount / self.in_basis(threshold.minor, incentive.tax).max(1)
            }
        };
        if times == 0 {
            return None;
        }
        let before: Vec<i128> = self.rows.iter().map(|row| row.due).chain([self.shipping]).collect();
        match incentive.effect.clone() {
            Effect::Gift { value_minor, cost_minor, .. } => {
                return Some((self.in_basis(value_minor, incentive.tax), self.in_basis(cost_minor, incentive.tax)));
            }
            Effect::BuyGet { buy, get, off_basis_points, times_max } => {
                self.units(&places, [buy, get, times_max].map(i128::from), off_basis_points);
            }
            Effect::NewPrice { unit_minor } => {
                let price = self.in_basis(unit_minor, incentive.tax);
                for at in places {
                    let row = &mut self.rows[at];
                    row.due = row.due.min(price * (i128::from(row.line.quantity) - row.free));
                }
            }
            Effect::AmountOff { off_minor, times_max } => {
                let off = self.in_basis(off_minor, incentive.tax) * times.min(i128::from(times_max));
                self.take(&places, is_shipping, |base| off.min(base));
            }
            Effect::PercentOff { basis_points, cap: Some(Cap::PerUnit(cap)) } => {
                let cap = self.in_basis(cap, incentive.tax);
                for at in places {
                    let paid = i128::from(self.rows[at].line.quantity) - self.rows[at].free;
                    self.rows[at].due -= self.percent(self.rows[at].due, basis_points).min(cap * paid);
                }
            }
            Effect::PercentOff { basis_points, cap } => {
                let cap = if let Some(Cap::InAll(cap)) = cap { self.in_basis(cap, incentive.tax) } else { i128::MAX };
                let policy = self.policy;
                let percent = |base: i128| rounded(base * i128::from(basis_points), 10_000, policy.rounding);
                self.take(&places, is_shipping, |base| percent(base).min(cap));
            }
        }
        let after = self.rows.iter().map(|row| row.due).chain([self.shipping]);
        let amount = before.iter().sum::<i128>() - after.sum::<i128>();
        let cost = rounded(amount * i128::from(incentive.brand_share_basis_points), 10_000, Rounding::HalfUp);
        (amount > 0).then_some((0, cost))
    }

    fn take(&mut self, places: &[usize], is_shipping: bool, amount_of: impl Fn(i128) -> i128) {
        if is_shipping {
            self.shipping -= amount_of(self.shipping);
            return;
        }
        let weights: Vec<i128> = places.iter().map(|at| self.rows[*at].due).collect();
        let base: i128 = weights.iter().sum();
        if base == 0 {
            return;
        }
        let amount = amount_of(base);
        let mut shares: Vec<i128> = weights.iter().map(|weight| amount * weight / base).collect();
        for _ in 0..amount - shares.iter().sum::<i128>() {
            // Who is furthest below the exact share, the first of them, has one more.
            let lacks = |at: &usize| amount * weights[*at] - shares[*at] * base;
            let most = (0..shares.len()).rev().max_by_key(lacks).unwrap();
            shares[most] += 1;
        }
        for (at, share) in places.iter().zip(shares) {
            self.rows[*at].due -= share;
        }
    }

    /// Takes units one by one, the cheapest first.
    fn units(&mut self, places: &[usize], [buy, get, times_max]: [i128; 3], off_basis_points: u32) {
        let mut units: Vec<(i64, usize)> = Vec::new();
        for at in places {
            let row = &self.rows[*at];
            let open = i128::from(row.line.quantity) - row.used;
            units.extend((0..open).map(|_| (row.line.unit_minor, *at)).filter(|(price, _)| *price > 0));
        }
        units.sort_unstable();
        let times = (units.len() as i128 / (buy + get)).min(times_max);
        let mut less: BTreeMap<usize, i128> = BTreeMap::new();
        for (place, (_, at)) in units.iter().take((times * (buy + get)) as usize).enumerate() {
            self.rows[*at].used += 1;
            if (place as i128) < times * get {
                *less.entry(*at).or_default() += 1;
            }
        }
        for (at, count) in less {
            let paid = i128::from(self.rows[at].line.quantity) - self.rows[at].free;
            let due = rounded(self.rows[at].due * count, paid, self.policy.rounding);
            self.rows[at].due -= self.percent(due, off_basis_points);
            self.rows[at].free += if off_basis_points == 10_000 { count } else { 0 };
        }
    }
}
