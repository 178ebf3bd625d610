//! The rules of discounts, D1 to D13, each as a test of its name, and examples that can be followed by hand.

use crate::discounts_sample::{below, best_of_all, case, incentive, reckon, shuffle};
use crate::random::Random;
use perennial_domain::money::Currency;
use perennial_domain::rewards::discounts::{
    Basis, Cap, Cart, Choice, Effect, Incentive, Line, Policy, Quote, ReturnPolicy, Scope, Search, Snapshot, Stacking,
    Tax, TaxMode, Threshold, TraceError, quote, refund, verify,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn line(sku: &str, unit_minor: i64, quantity: u32) -> Line {
    let (category, brand) = (format!("category of {sku}"), "brand".to_owned());
    Line { sku: sku.to_owned(), category, brand, tags: BTreeSet::new(), unit_minor, quantity }
}

fn cart(lines: &[Line]) -> Cart {
    Cart {
        currency: Currency::parse("CNY").unwrap(),
        lines: lines.to_vec(),
        shipping_minor: 0,
        tax: Tax { mode: TaxMode::Inclusive, rate_basis_points: 0 },
    }
}

/// A common one on the whole order.
fn common(id: &str, effect: Effect) -> Incentive {
    Incentive {
        id: id.to_owned(),
        effect,
        scope: Scope::WholeOrder,
        threshold: None,
        stacking: Stacking::Common,
        priority: 0,
        tax: TaxMode::Inclusive,
        brand_share_basis_points: 10_000,
    }
}

fn amount_off(off_minor: i64) -> Effect {
    Effect::AmountOff { off_minor, times_max: 1 }
}

fn percent_off(basis_points: u32) -> Effect {
    Effect::PercentOff { basis_points, cap: None }
}

fn from(minor: i64, on: Basis) -> Option<Threshold> {
    Some(Threshold { minor, on })
}

fn quoted(cart: &Cart, incentives: &[Incentive]) -> Quote {
    let quote = quote(cart, incentives, &Policy::default()).unwrap();
    assert_eq!(verify(cart, &quote), Ok(()));
    assert!(matches!(quote.search, Search::Exact { .. }));
    quote
}

fn ids(quote: &Quote) -> Vec<&str> {
    quote.steps.iter().map(|step| step.incentive.as_str()).collect()
}

/// All but how the discount of a merged line lies on the lines it was handed in as.
fn apart_from_lines(quote: Quote) -> Quote {
    Quote { line_discounts: Vec::new(), ..quote }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn d01_nothing_falls_below_zero_and_no_step_takes_more_than_its_base(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        prop_assert!(quote.due_minor >= 0 && quote.payable_minor >= 0 && quote.tax_minor >= 0);
        prop_assert!((0..=quote.shipping_initial_minor).contains(&quote.shipping_discount_minor));
        for line in &quote.lines {
            prop_assert!((0..=line.initial_minor).contains(&line.due_minor), "{line:?}");
        }
        for step in &quote.steps {
            prop_assert!((0..=step.base_minor).contains(&step.amount_minor), "{step:?}");
            prop_assert!(step.shares.iter().all(|share| *share >= 0));
        }
    }

    #[test]
    fn d02_discounts_of_lines_sum_to_that_of_the_order(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        let steps: i64 = quote.steps.iter().map(|step| step.amount_minor).sum();
        prop_assert_eq!(quote.lines.iter().map(|line| line.discount_minor).sum::<i64>(), quote.goods_discount_minor);
        prop_assert_eq!(quote.line_discounts.iter().sum::<i64>(), quote.goods_discount_minor);
        prop_assert_eq!(quote.discount_minor(), steps);
        prop_assert_eq!(quote.due_minor, quote.goods_initial_minor + quote.shipping_initial_minor - steps);
        for step in quote.steps.iter().filter(|step| !step.shares.is_empty()) {
            prop_assert_eq!(step.shares.iter().sum::<i64>(), step.amount_minor);
        }
    }

    #[test]
    fn d03_splitting_a_line_into_several_changes_nothing(seed: u64) {
        let (cart, incentives, policy) = case(seed, 6);
        let mut random = Random(seed ^ 1);
        let mut lines = Vec::new();
        for line in &cart.lines {
            let part = below(&mut random, u64::from(line.quantity)) as u32;
            let parts = [part, line.quantity - part].into_iter().filter(|quantity| *quantity > 0);
            lines.extend(parts.map(|quantity| Line { quantity, ..line.clone() }));
        }
        shuffle(&mut random, &mut lines);
        let split = Cart { lines, ..cart.clone() };
        let [one, other] = [&cart, &split].map(|cart| apart_from_lines(quote(cart, &incentives, &policy).unwrap()));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn d04_the_order_of_the_request_changes_nothing(seed: u64) {
        let (cart, mut incentives, policy) = case(seed, 8);
        let before = quote(&cart, &incentives, &policy).unwrap();
        shuffle(&mut Random(seed ^ 2), &mut incentives);
        prop_assert_eq!(before, quote(&cart, &incentives, &policy).unwrap());
    }

    #[test]
    fn d05_no_legal_combination_of_up_to_eight_is_better(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        let best = best_of_all(&cart, &incentives, &policy);
        let mut found = ids(&quote);
        found.sort_unstable();
        let found = (i128::from(quote.due_minor), -i128::from(quote.gifts_value_minor), i128::from(quote.brand_cost_minor), found);
        let right = (best.due, best.lost_gifts, best.cost, best.ids.iter().map(String::as_str).collect::<Vec<_>>());
        prop_assert_eq!(found, right);
        let is_exact = matches!(quote.search, Search::Exact { .. });
        prop_assert!(is_exact);
    }

    #[test]
    fn d06_exclusive_and_common_are_never_together_and_what_always_stacks_joins_either(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        let of = |id: &str| incentives.iter().find(|one| one.id == id).unwrap();
        let count = |stacking| ids(&quote).iter().filter(|id| of(id).stacking == stacking).count();
        prop_assert!(count(Stacking::Exclusive) == 0 || count(Stacking::Exclusive) == 1 && count(Stacking::Common) == 0);
        // Whatever else was chosen: where there is room, one more that always stacks is as legal, and would have been taken.
        let chosen: Vec<&Incentive> = ids(&quote).into_iter().map(of).collect();
        if chosen.len() < usize::from(policy.incentives_max) {
            for one in incentives.iter().filter(|one| one.stacking == Stacking::Always && !chosen.contains(one)) {
                let with: Vec<&Incentive> = chosen.iter().copied().chain([one]).collect();
                let more = reckon(&cart, &with, &policy, true);
                prop_assert!(more.is_none_or(|more| more.due >= i128::from(quote.due_minor)), "{}", one.id);
            }
        }
    }

    #[test]
    fn d07_one_more_incentive_never_makes_a_cart_dearer(seed: u64) {
        let (cart, mut incentives, policy) = case(seed, 8);
        let before = quote(&cart, &incentives, &policy).unwrap();
        incentives.push(incentive(&mut Random(seed ^ 3), 99, before.goods_initial_minor));
        let after = quote(&cart, &incentives, &policy).unwrap();
        prop_assert!(after.due_minor <= before.due_minor && after.payable_minor <= before.payable_minor);
    }

    #[test]
    fn d08_what_a_threshold_on_the_initial_amount_is_compared_with_is_the_same_in_every_order(seed: u64) {
        let (cart, mut incentives, policy) = case(seed, 6);
        // All may be together, so that every order takes the same ones, and each step sees whatever came before it.
        for one in &mut incentives {
            one.stacking = Stacking::Common;
        }
        let policy = Policy { choice: Choice::AsRequested, incentives_max: 8, ..policy };
        let compared = |incentives: &[Incentive]| {
            let quote = quote(&cart, incentives, &policy).unwrap();
            let of_units = |step: &perennial_domain::rewards::discounts::Step| matches!(step.formula.effect, Effect::BuyGet { .. });
            let units: Vec<String> = quote.steps.iter().filter(|step| of_units(step)).map(|step| step.incentive.clone()).collect();
            let amounts: Vec<(String, i64)> = quote
                .steps
                .iter()
                .filter_map(|step| Some((step.incentive.clone(), step.threshold.filter(|one| one.on == Basis::Initial)?.amount_minor)))
                .collect();
            (units, amounts)
        };
        let (units, before) = compared(&incentives);
        let (first, rest): (Vec<Incentive>, Vec<Incentive>) = incentives.into_iter().partition(|one| units.contains(&one.id));
        let mut rest = rest;
        shuffle(&mut Random(seed ^ 4), &mut rest);
        let shuffled: Vec<Incentive> = first.into_iter().chain(rest).collect();
        let (_, after) = compared(&shuffled);
        for (id, amount) in before {
            let again = after.iter().find(|(other, _)| *other == id);
            prop_assert!(again.is_none_or(|(_, again)| *again == amount), "{id}: {amount}, then {again:?}");
        }
    }

    #[test]
    fn d11_the_steps_recompute_to_the_total_and_a_changed_step_does_not(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        prop_assert_eq!(verify(&cart, &quote), Ok(()));
        let stored: Quote = serde_json::from_str(&serde_json::to_string(&quote).unwrap()).unwrap();
        prop_assert_eq!(verify(&cart, &stored), Ok(()));
        for place in 0..quote.steps.len() {
            let mut wrong = quote.clone();
            wrong.steps[place].amount_minor += 1;
            let is_found = matches!(verify(&cart, &wrong), Err(TraceError::Step { place: found, what: "amount", .. }) if found == place);
            prop_assert!(is_found);
            let mut without = quote.clone();
            let step = without.steps.remove(place);
            prop_assert!(step.amount_minor == 0 || verify(&cart, &without).is_err());
        }
    }

    #[test]
    fn d13_returns_bring_back_what_was_paid_however_they_are_split(seed: u64) {
        let (cart, incentives, policy) = case(seed, 6);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        let sold = Snapshot::of(&cart, &incentives, &quote);
        let again = sold.quote();
        prop_assert_eq!(&again.lines, &quote.lines);
        let paid = quote.lines.iter().map(|line| line.due_minor).sum::<i64>();
        let mut random = Random(seed ^ 5);
        for policy in [ReturnPolicy::Keep, ReturnPolicy::ReRate] {
            let mut returned: Vec<u32> = vec![0; quote.lines.len()];
            let (mut refunded, mut due_back_max) = (0, 0);
            loop {
                let one = refund(&sold, &returned, refunded, policy).unwrap();
                prop_assert!(one.amount_minor >= 0 && one.lines.iter().sum::<i64>() == one.due_back_minor);
                refunded += one.amount_minor;
                due_back_max = due_back_max.max(one.due_back_minor);
                // As much as was ever due back, in however many parts.
                prop_assert_eq!(refunded, due_back_max);
                let at_once = refund(&sold, &returned, 0, policy).unwrap();
                prop_assert_eq!(at_once.due_back_minor, one.due_back_minor);
                if policy == ReturnPolicy::Keep {
                    prop_assert_eq!(at_once.amount_minor, refunded);
                    let has_more_than_paid = one.lines.iter().zip(&quote.lines).any(|(back, line)| *back > line.due_minor);
                    prop_assert!(!has_more_than_paid && one.gifts_lost.is_empty() && one.shortfall_minor == 0);
                }
                let left: Vec<usize> = (0..returned.len()).filter(|at| returned[*at] < quote.lines[*at].quantity).collect();
                let Some(last) = left.len().checked_sub(1) else { break };
                returned[left[below(&mut random, last as u64 + 1) as usize]] += 1;
            }
            prop_assert_eq!(refunded, paid);
        }
    }

    #[test]
    fn c08_rolling_one_of_a_stack_back_computes_the_others_on_the_original_cart(seed: u64) {
        let (cart, incentives, policy) = case(seed, 8);
        let quote = quote(&cart, &incentives, &policy).unwrap();
        let sold = Snapshot::of(&cart, &incentives, &quote);
        for id in ids(&quote) {
            let left = sold.without(id).unwrap();
            let rest: Vec<&Incentive> = sold.incentives.iter().filter(|one| one.id != id).collect();
            let right = reckon(&cart, &rest, &policy, false).unwrap();
            let after = left.quote();
            prop_assert_eq!(i128::from(after.due_minor), right.due);
            prop_assert_eq!(verify(&cart, &after), Ok(()));
            // Two in either order are the same.
            for other in ids(&quote).into_iter().filter(|other| *other != id) {
                prop_assert_eq!(left.without(other), sold.without(other).unwrap().without(id));
            }
            prop_assert_eq!(left.without(id), None);
        }
    }

    #[test]
    fn a_search_that_runs_out_of_looks_says_by_how_much_it_may_have_missed(seed: u64, looks_max in 0u32..24) {
        let (cart, incentives, policy) = case(seed, 8);
        let short = Policy { looks_max, ..policy };
        let bounded = quote(&cart, &incentives, &short).unwrap();
        let right = best_of_all(&cart, &incentives, &short).due;
        let gap = match bounded.search {
            Search::Bounded { gap_minor, looks } => {
                prop_assert!(looks <= looks_max && gap_minor >= 0);
                gap_minor
            }
            _ => 0,
        };
        let due = i128::from(bounded.due_minor);
        prop_assert!(due >= right && due - i128::from(gap) <= right, "{due} − {gap}, right is {right}");
        prop_assert_eq!(&bounded, &quote(&cart, &incentives, &short).unwrap());
        prop_assert_eq!(verify(&cart, &bounded), Ok(()));
    }
}

#[test]
fn d03_a_threshold_sees_the_units_of_a_sku_and_not_its_lines() {
    let off = Incentive { threshold: from(10_000, Basis::Initial), ..common("a", amount_off(2_000)) };
    let whole = quoted(&cart(&[line("tea", 4_000, 3)]), std::slice::from_ref(&off));
    let split = quoted(&cart(&[line("tea", 4_000, 1), line("tea", 4_000, 2)]), &[off]);
    assert_eq!((whole.due_minor, split.due_minor), (10_000, 10_000));
    assert_eq!((whole.line_discounts, split.line_discounts), (vec![2_000], vec![667, 1_333]));
}

#[test]
fn d04_as_requested_takes_the_order_of_the_request() {
    let cart = cart(&[line("tea", 10_000, 1)]);
    let [off, percent] = [common("off", amount_off(1_000)), common("percent", percent_off(5_000))];
    let policy = Policy { choice: Choice::AsRequested, ..Policy::default() };
    let due = |incentives: &[Incentive]| quote(&cart, incentives, &policy).unwrap().due_minor;
    assert_eq!((due(&[off.clone(), percent.clone()]), due(&[percent, off])), (4_500, 4_000));
}

#[test]
fn d05_ties_go_to_the_lower_cost_of_the_brand_and_then_to_the_id() {
    let cart = cart(&[line("tea", 10_000, 1)]);
    let of = |id: &str, share| Incentive {
        brand_share_basis_points: share,
        stacking: Stacking::Exclusive,
        ..common(id, amount_off(1_000))
    };
    assert_eq!(ids(&quoted(&cart, &[of("a", 10_000), of("b", 2_000), of("c", 9_000)])), ["b"]);
    assert_eq!(ids(&quoted(&cart, &[of("c", 2_000), of("b", 2_000), of("d", 2_000)])), ["b"]);
}

#[test]
fn d06_the_exclusive_half_price_comes_with_free_shipping_and_without_the_coupon() {
    let cart = Cart { shipping_minor: 800, ..cart(&[line("tea", 10_000, 1)]) };
    let half = Incentive { stacking: Stacking::Exclusive, ..common("half", percent_off(5_000)) };
    let shipping =
        Incentive { scope: Scope::Shipping, stacking: Stacking::Always, ..common("shipping", percent_off(10_000)) };
    let coupon = common("coupon", amount_off(3_000));
    let quote = quoted(&cart, &[coupon.clone(), half.clone(), shipping.clone()]);
    assert_eq!((ids(&quote), quote.due_minor), (vec!["half", "shipping"], 5_000));
    let better = Incentive { effect: amount_off(6_000), ..coupon };
    let quote = quoted(&cart, &[better, half, shipping]);
    assert_eq!((ids(&quote), quote.due_minor), (vec!["coupon", "shipping"], 4_000));
}

#[test]
fn d08_a_threshold_on_the_current_amount_depends_on_the_order_and_the_trace_says_so() {
    let cart = cart(&[line("tea", 30_000, 1)]);
    let first = Incentive { priority: -1, ..common("first", amount_off(1_000)) };
    let second = |on| Incentive { threshold: from(30_000, on), ..common("second", amount_off(5_000)) };
    let initial = quoted(&cart, &[first.clone(), second(Basis::Initial)]);
    assert_eq!((ids(&initial), initial.due_minor), (vec!["first", "second"], 24_000));
    let compared = initial.steps[1].threshold.unwrap();
    assert_eq!((compared.on, compared.amount_minor), (Basis::Initial, 30_000));
    // Both cannot be: the first takes the second below its threshold, so the better one stands alone.
    let current = quoted(&cart, &[first.clone(), second(Basis::Current)]);
    assert_eq!((ids(&current), current.due_minor), (vec!["second"], 25_000));
    assert_eq!(current.steps[0].threshold.unwrap().on, Basis::Current);
    let later = Incentive { priority: 1, ..first };
    assert_eq!(quoted(&cart, &[later, second(Basis::Current)]).due_minor, 24_000);
}

#[test]
fn d09_caps_are_of_the_whole_or_of_each_unit_and_in_the_basis_of_the_cart() {
    let tea = |mode| Cart { tax: Tax { mode, rate_basis_points: 1_300 }, ..cart(&[line("tea", 10_000, 3)]) };
    let capped =
        |cap, tax| Incentive { tax, ..common("a", Effect::PercentOff { basis_points: 5_000, cap: Some(cap) }) };
    let discount = |cart_mode, cap, mode| quoted(&tea(cart_mode), &[capped(cap, mode)]).goods_discount_minor;
    use TaxMode::{Exclusive, Inclusive};
    assert_eq!(discount(Inclusive, Cap::InAll(2_000), Inclusive), 2_000);
    assert_eq!(discount(Inclusive, Cap::PerUnit(2_000), Inclusive), 6_000);
    assert_eq!(discount(Inclusive, Cap::PerUnit(6_000), Inclusive), 15_000);
    assert_eq!(discount(Inclusive, Cap::InAll(2_000), Exclusive), 2_260);
    assert_eq!(discount(Exclusive, Cap::InAll(2_260), Inclusive), 2_000);
    assert_eq!(discount(Exclusive, Cap::PerUnit(2_260), Inclusive), 6_000);
}

#[test]
fn d10_free_items_are_not_discounted_and_do_not_count_unless_configured() {
    let cart = cart(&[line("cup", 3_000, 1), line("tea", 10_000, 2)]);
    // Of three units one is free: the cheapest.
    let free = common("free", Effect::BuyGet { buy: 2, get: 1, off_basis_points: 10_000, times_max: 1 });
    let off = Incentive { threshold: from(22_000, Basis::Initial), ..common("off", amount_off(4_000)) };
    let gift = common("gift", Effect::Gift { sku: "bag".to_owned(), quantity: 1, value_minor: 500, cost_minor: 200 });
    let all = [free.clone(), off.clone(), gift.clone()];
    // Without the cup 20 000 are left: the threshold is not reached, and 4 000 are better than the cup.
    let strict = quoted(&cart, &all);
    assert_eq!((ids(&strict), strict.due_minor), (vec!["off", "gift"], 19_000));
    let policy = Policy { free_items_count: true, ..Policy::default() };
    let counted = quote(&cart, &all, &policy).unwrap();
    assert_eq!((ids(&counted), counted.due_minor), (vec!["free", "off", "gift"], 16_000));
    let cup = counted.lines.iter().find(|line| line.sku == "cup").unwrap();
    assert_eq!((cup.free_units, cup.due_minor, cup.discount_minor), (1, 0, 3_000));
    // The percentage sees two teas; the gift is not among the lines at all.
    let percent = quoted(&cart, &[free, gift, common("percent", percent_off(1_000))]);
    assert_eq!((percent.due_minor, percent.steps[1].base_minor, percent.lines.len()), (18_000, 20_000, 2));
    assert_eq!((percent.gifts[0].sku.as_str(), percent.gifts_value_minor), ("bag", 500));
}

#[test]
fn d12_with_and_without_tax_are_compared_in_one_basis() {
    let of = |id: &str, off, tax| Incentive { tax, stacking: Stacking::Exclusive, ..common(id, amount_off(off)) };
    // 113 with tax is 100 without it, which is less than 101 without it.
    let both = [of("with", 11_300, TaxMode::Inclusive), of("without", 10_100, TaxMode::Exclusive)];
    for (mode, unit_minor, discount, payable) in
        [(TaxMode::Inclusive, 113_000, 11_413, 101_587), (TaxMode::Exclusive, 100_000, 10_100, 101_587)]
    {
        let cart = Cart { tax: Tax { mode, rate_basis_points: 1_300 }, ..cart(&[line("tea", unit_minor, 1)]) };
        let quote = quoted(&cart, &both);
        assert_eq!((ids(&quote), quote.discount_minor(), quote.payable_minor), (vec!["without"], discount, payable));
        assert_eq!(quote.tax_minor, 11_687);
    }
}

#[test]
fn d13_a_return_below_the_threshold_is_kept_or_rated_anew() {
    let cart = cart(&[line("cup", 10_000, 1), line("tea", 20_000, 1)]);
    let off = Incentive { threshold: from(30_000, Basis::Initial), ..common("off", amount_off(6_000)) };
    let gift = Incentive {
        threshold: from(25_000, Basis::Initial),
        ..common("gift", Effect::Gift { sku: "bag".to_owned(), quantity: 1, value_minor: 500, cost_minor: 200 })
    };
    let incentives = [off, gift];
    let sold = Snapshot::of(&cart, &incentives, &quoted(&cart, &incentives));
    // The cup cost 8 000 of 24 000; without it the tea costs its 20 000.
    let keep = refund(&sold, &[1, 0], 0, ReturnPolicy::Keep).unwrap();
    assert_eq!((keep.amount_minor, keep.lines, keep.gifts_lost.len()), (8_000, vec![8_000, 0], 0));
    let anew = refund(&sold, &[1, 0], 0, ReturnPolicy::ReRate).unwrap();
    assert_eq!((anew.amount_minor, anew.lines), (4_000, vec![8_000, -4_000]));
    assert_eq!(anew.gifts_lost[0].sku, "bag");
    // The other way round 10 000 would be due of 24 000 that were paid.
    assert_eq!(refund(&sold, &[0, 1], 0, ReturnPolicy::ReRate).unwrap().amount_minor, 14_000);
    assert_eq!(refund(&sold, &[1, 1], 4_000, ReturnPolicy::ReRate).unwrap().amount_minor, 20_000);
    for (returned, refunded, place) in
        [(&[2, 0][..], 0, "returned[0]"), (&[1][..], 0, "returned"), (&[1, 0][..], -1, "refunded_minor")]
    {
        assert_eq!(refund(&sold, returned, refunded, ReturnPolicy::Keep).unwrap_err().place, place);
    }
}

#[test]
fn d13_what_was_refunded_is_not_asked_back() {
    let cart = cart(&[line("cup", 500, 3), line("tea", 30_000, 1)]);
    let off = Incentive { threshold: from(30_500, Basis::Initial), ..common("off", amount_off(3_000)) };
    let sold = Snapshot::of(&cart, std::slice::from_ref(&off), &quoted(&cart, std::slice::from_ref(&off)));
    let first = refund(&sold, &[2, 0], 0, ReturnPolicy::ReRate).unwrap();
    assert_eq!(first.amount_minor, 1_000);
    let second = refund(&sold, &[3, 0], 1_000, ReturnPolicy::ReRate).unwrap();
    assert_eq!((second.amount_minor, second.due_back_minor, second.shortfall_minor), (0, -1_500, 2_500));
}

#[test]
fn each_three_hundred_thirty_off_at_most_twice() {
    let every = Incentive {
        threshold: from(30_000, Basis::Initial),
        ..common("every", Effect::AmountOff { off_minor: 3_000, times_max: 2 })
    };
    for (price, due) in [(29_999, 29_999), (30_000, 27_000), (60_000, 54_000), (99_999, 93_999)] {
        assert_eq!(quoted(&cart(&[line("tea", price, 1)]), std::slice::from_ref(&every)).due_minor, due, "{price}");
    }
}

#[test]
fn the_second_at_half_price_is_followed_by_the_member_price() {
    let cart = cart(&[line("tea", 10_000, 2)]);
    let second = common("second", Effect::BuyGet { buy: 1, get: 1, off_basis_points: 5_000, times_max: 9 });
    let member = |unit_minor| common("member", Effect::NewPrice { unit_minor });
    // Two of them cost 15 000 with the first alone.
    for (price, due) in [(7_600, 15_000), (7_400, 14_800)] {
        assert_eq!(quoted(&cart, &[member(price), second.clone()]).due_minor, due, "{price}");
    }
}

#[test]
fn what_is_out_of_range_is_named() {
    let mut wrong = cart(&[line("tea", -1, 0), Line { brand: "other".to_owned(), ..line("tea", 1, 1) }]);
    wrong.shipping_minor = -1;
    let percent = Incentive { id: String::new(), ..common("", percent_off(0)) };
    let repeated = common("a", Effect::AmountOff { off_minor: 1, times_max: 2 });
    let policy = Policy { incentives_max: 9, ..Policy::default() };
    let problems = quote(&wrong, &[percent, repeated.clone(), repeated], &policy).unwrap_err();
    let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
    let right = [
        "lines[0].unit_minor",
        "lines[0].quantity",
        "lines[1].sku",
        "shipping_minor",
        "policy.incentives_max",
        "incentives[0].id",
        "incentives[0].effect.basis_points",
        "incentives[1].effect.times_max",
        "incentives[2].effect.times_max",
        "incentives[2].id",
    ];
    assert_eq!(places, right);
}

#[test]
fn an_empty_cart_costs_its_shipping() {
    let empty = Cart { shipping_minor: 700, ..cart(&[]) };
    let quote = quoted(&empty, &[common("a", percent_off(1_000))]);
    assert_eq!((quote.due_minor, quote.steps.len()), (700, 0));
}
