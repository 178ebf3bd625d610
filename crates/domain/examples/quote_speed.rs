//! Measures quotes of carts of thirty lines against five hundred live campaigns, with made-up campaigns of two kinds: those of
//! a brand, most of which are about a few goods each, and, as the worst case, all of them on the whole order.
//!
//! Run: `cargo run --release -p perennial-domain --example quote_speed -- 30 500 400 5`
//! (lines, campaigns, carts, incentives of one combination).

#![expect(clippy::print_stdout, reason = "the example's purpose is to print measurements")]

use perennial_domain::money::Currency;
use perennial_domain::rewards::discounts::{
    Basis, Cap, Cart, Effect, Incentive, Line, Policy, Scope, Search, Stacking, Tax, TaxMode, Threshold, quote, verify,
};
use std::collections::BTreeSet;
use std::time::Instant;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn names(&mut self, prefix: &str, end: u64, most: u64) -> BTreeSet<String> {
        (0..=self.below(most)).map(|_| format!("{prefix}{}", self.below(end))).collect()
    }
}

const SKUS: u64 = 2_000;
const CATEGORIES: u64 = 40;
const BRANDS: u64 = 25;
const TAGS: u64 = 30;

fn cart(random: &mut Random, lines: usize) -> Cart {
    let line = |random: &mut Random| {
        let sku = random.below(SKUS);
        Line {
            sku: format!("sku{sku}"),
            category: format!("category{}", sku % CATEGORIES),
            brand: format!("brand{}", sku % BRANDS),
            tags: (0..sku % 4).map(|tag| format!("tag{}", (sku / 7 + tag * 11) % TAGS)).collect(),
            unit_minor: 900 + (sku as i64 * 7_919) % 30_000,
            quantity: 1 + random.below(3) as u32,
        }
    };
    Cart {
        currency: Currency::parse("CNY").unwrap_or(Currency::NONE),
        lines: (0..lines).map(|_| line(random)).collect(),
        shipping_minor: 1_200,
        tax: Tax { mode: TaxMode::Inclusive, rate_basis_points: 1_300 },
    }
}

fn scope(random: &mut Random, all_apply: bool) -> Scope {
    if all_apply {
        return Scope::WholeOrder;
    }
    match random.below(100) {
        0..40 => Scope::Skus(random.names("sku", SKUS, 20)),
        40..65 => Scope::Categories(random.names("category", CATEGORIES, 2)),
        65..75 => Scope::Brands(random.names("brand", BRANDS, 1)),
        75..85 => Scope::Tags(random.names("tag", TAGS, 2)),
        85..95 => Scope::WholeOrder,
        _ => Scope::Shipping,
    }
}

fn incentive(random: &mut Random, number: usize, all_apply: bool) -> Incentive {
    let scope = scope(random, all_apply);
    let is_shipping = scope == Scope::Shipping;
    let on = if random.below(4) == 0 { Basis::Current } else { Basis::Initial };
    let threshold = (random.below(10) < 6).then(|| Threshold { minor: 5_000 * (1 + random.below(40) as i64), on });
    let effect = match random.below(100) {
        0..40 => Effect::AmountOff { off_minor: 100 * (5 + random.below(95) as i64), times_max: 1 },
        40..80 => {
            let cap = (random.below(2) == 0).then(|| Cap::InAll(100 * (20 + random.below(180) as i64)));
            Effect::PercentOff { basis_points: 500 * (1 + random.below(8) as u32), cap }
        }
        80..88 if !is_shipping => Effect::NewPrice { unit_minor: 1_000 + random.below(20_000) as i64 },
        88..95 if !is_shipping => {
            Effect::BuyGet { buy: 1 + random.below(3) as u32, get: 1, off_basis_points: 10_000, times_max: 2 }
        }
        95..100 if !is_shipping => {
            Effect::Gift { sku: format!("gift{number}"), quantity: 1, value_minor: 2_000, cost_minor: 800 }
        }
        _ => Effect::PercentOff { basis_points: 10_000, cap: None },
    };
    Incentive {
        id: format!("campaign{number:04}"),
        effect,
        scope,
        threshold,
        stacking: match random.below(100) {
            0..25 => Stacking::Exclusive,
            25..85 => Stacking::Common,
            _ => Stacking::Always,
        },
        priority: random.below(10) as i32,
        tax: TaxMode::Inclusive,
        brand_share_basis_points: 10_000,
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|one| one.parse().unwrap_or(0));
    let mut next = |usual: usize| arguments.next().filter(|one| *one > 0).unwrap_or(usual);
    let (lines, campaigns, carts, together) = (next(30), next(500), next(400), next(5));
    let policy = Policy { incentives_max: together.min(8) as u8, ..Policy::default() };
    println!("carts of {lines} lines, {campaigns} campaigns, at most {} together", policy.incentives_max);
    for (name, all_apply) in [("campaigns of a brand", false), ("all on the whole order", true)] {
        let mut random = Random(5);
        let incentives: Vec<Incentive> =
            (0..campaigns).map(|number| incentive(&mut random, number, all_apply)).collect();
        let (mut micros, mut exact, mut looks_most, mut gaps) = (Vec::new(), 0, 0, Vec::new());
        for _ in 0..carts {
            let cart = cart(&mut random, lines);
            let begin = Instant::now();
            let quote = quote(&cart, &incentives, &policy);
            micros.push(begin.elapsed().as_micros());
            let Ok(quote) = quote else {
                println!("refused: {quote:?}");
                return;
            };
            if let Err(error) = verify(&cart, &quote) {
                println!("WRONG: {error}");
            }
            match quote.search {
                Search::Exact { looks } => {
                    exact += 1;
                    looks_most = looks_most.max(looks);
                }
                Search::Bounded { gap_minor, .. } => gaps.push(gap_minor * 10_000 / quote.due_minor.max(1)),
                Search::Given => {}
            }
        }
        micros.sort_unstable();
        gaps.sort_unstable();
        let at = |percent: usize| micros.get(micros.len() * percent / 100).copied().unwrap_or(0) as f64 / 1_000.0;
        println!("{name}: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms", at(50), at(90), at(99));
        println!("  proven best: {exact} of {carts} carts, with {looks_most} looks at most");
        if let (Some(middle), Some(most)) = (gaps.get(gaps.len() / 2), gaps.last()) {
            println!("  the others could cost less by {middle} hundredths of a percent (median), {most} at most");
        }
    }
}
