//! From facts of an order to what it stands at by a rule: L18, L25 and L26 over orders that are told in parts and come back in parts.

use perennial_domain::fact::FactKey;
use perennial_domain::money::Currency;
use perennial_domain::rewards::earning::{
    Basket, Bought, Cap, CapPeriod, EarningRule, Filter, Rate, Rounding, Standing, Versioned, holding_at,
};
use perennial_domain::rewards::ledger::RuleVersion;
use perennial_domain::rules::What;
use perennial_domain::rules::oracle::{Happened, Kind, Named};
use perennial_domain::rules::text::parse;
use perennial_domain::rules::value::{Money, Value};
use perennial_domain::time::{Day, Instant};
use proptest::prelude::*;

const CASH: &str = "";

fn money(minor: i64) -> Vec<Value> {
    vec![Value::Money(Money { minor, currency: Currency::parse("CNY").unwrap() })]
}

/// A line of a product, or of money alone.
fn line(sku: &str, minor: i64) -> Named {
    let mut named = Named::from([("amount".to_owned(), money(minor))]);
    if sku != CASH {
        named.insert("sku".to_owned(), vec![Value::text(sku)]);
    }
    named
}

fn fact(kind: Kind, lines: &[(&str, i64)]) -> Happened {
    let amount = lines.iter().map(|(_, minor)| minor).sum();
    Happened {
        key: FactKey(1),
        at: Instant(0),
        kind,
        properties: Named::from([("amount".to_owned(), money(amount)), ("store".to_owned(), vec![Value::text("S1")])]),
        lines: lines.iter().map(|(sku, minor)| line(sku, *minor)).collect(),
    }
}

/// What is left of each line of an order after returns.
fn left(bought: &[(&str, i64)], returns: &[&[(&str, i64)]]) -> Vec<i64> {
    let back: Vec<Happened> = returns
        .iter()
        .map(|lines| {
            let lines: Vec<(&str, i64)> = lines.iter().map(|(sku, minor)| (*sku, -*minor)).collect();
            fact(Kind::Refund, &lines)
        })
        .collect();
    let basket = basket(&rule(1, 100), bought, &back.iter().collect::<Vec<_>>());
    basket.remaining.iter().map(|line| line.amount_minor).collect()
}

fn basket(rule: &EarningRule, bought: &[(&str, i64)], back: &[&Happened]) -> Basket {
    Bought::of(fact(Kind::Order, bought), back).basket(rule)
}

fn rule(units: u32, per: u32) -> EarningRule {
    EarningRule {
        name: "Points".to_owned(),
        wallet: "points".to_owned(),
        rate: Rate { units, per },
        rounding: Rounding::Down,
        amount_min_minor: 0,
        order_max: None,
        orders: None,
        lines: None,
        cap: None,
        from: None,
        until: None,
        activation: None,
        priority: 0,
        tags: Vec::new(),
        reason: "order".to_owned(),
    }
}

fn id(rule: &str, version: u32) -> RuleVersion {
    RuleVersion { rule: rule.to_owned(), version }
}

fn filter(of: &What, text: &str) -> Filter {
    Filter::of_rule(of, parse(&Filter::wrap_text(of, text)).unwrap().rule).unwrap()
}

#[test]
fn what_is_left_of_each_line_follows_from_what_came_back() {
    const TWO: [(&str, i64); 2] = [("A", 1_990), ("B", 310)];
    type Case<'c> = (&'c [(&'c str, i64)], &'c [&'c [(&'c str, i64)]], &'c [i64], &'c str);
    let cases: [Case<'_>; 9] = [
        (&TWO, &[], &[1_990, 310], "nothing"),
        (&TWO, &[&[("B", 310)]], &[1_990, 0], "the goods of a line"),
        (&TWO, &[&[(CASH, 230)]], &[1_791, 279], "money is of all lines, by their amounts"),
        (&TWO, &[&[("B", 400)]], &[1_900, 0], "more than its line has is money"),
        (&TWO, &[&[("X", 230)]], &[1_791, 279], "what was never bought is money"),
        (&TWO, &[&[(CASH, 9_999)]], &[0, 0], "no more than was bought"),
        (&[("A", 700), ("A", 800)], &[&[("A", 900)]], &[0, 600], "of several lines of a product the first ones first"),
        (&[("A", 700), ("A", 800)], &[&[("A", 500)], &[("A", 400)]], &[0, 600], "in any number of steps"),
        (&[("A", 1_990), ("B", 310), (CASH, -230)], &[], &[1_791, 279, 0], "a discount lessens the others"),
    ];
    for (bought, returns, expected, what) in cases {
        assert_eq!(left(bought, returns), expected, "{what}");
    }
}

#[test]
fn a_gift_has_no_amount_whatever_it_would_have_cost() {
    let mut order = fact(Kind::Order, &[("A", 1_990), ("B", 310)]);
    order.lines[1].insert("unit_price".to_owned(), money(0));
    let basket = Bought::of(order, &[]).basket(&rule(1, 100));
    let amounts: Vec<i64> = basket.original.lines.iter().map(|line| line.amount_minor).collect();
    assert_eq!(amounts, [1_990, 0]);
}

#[test]
fn a_rule_is_about_the_orders_and_lines_that_its_conditions_name() {
    let bought = [("A", 1_990), ("B", 310)];
    let lines = |rule: &EarningRule| {
        let basket = basket(rule, &bought, &[]);
        basket.original.lines.iter().map(|line| line.amount_minor).collect::<Vec<_>>()
    };
    let orders = |text: &str| EarningRule { orders: Some(filter(&What::Orders, text)), ..rule(1, 100) };
    assert_eq!(lines(&orders(r#"store is "S1""#)), [1_990, 310]);
    assert_eq!(lines(&orders(r#"store is "S2""#)), [0; 0]);
    assert_eq!(lines(&orders(r#"amount >= 23.00 CNY and line [sku is "B"]"#)), [1_990, 310]);
    assert_eq!(lines(&orders("amount > 23.00 CNY")), [0; 0]);
    let of_lines = |text: &str| EarningRule { lines: Some(filter(&What::Lines, text)), ..rule(1, 100) };
    assert_eq!(lines(&of_lines(r#"sku is "B""#)), [310]);
    assert_eq!(lines(&of_lines(r#"store is "S1" and amount >= 10.00 CNY"#)), [1_990], "a line has what its order has");
}

#[test]
fn l25_the_version_that_held_when_the_order_was_placed_decides() {
    let version = |code: &str, number, since, is_archived| Versioned {
        id: id(code, number),
        since: Instant(since),
        rule: EarningRule { until: (code == "tea").then_some(Instant(90)), ..rule(number, 100) },
        is_archived,
    };
    let versions = [
        version("base", 1, 10, false),
        version("base", 2, 20, false),
        version("base", 3, 20, false),
        version("base", 4, 30, true),
        version("base", 5, 40, false),
        version("tea", 1, 15, false),
    ];
    let held = |at| {
        let held = holding_at(&versions, Instant(at));
        held.iter().map(|one| format!("{}{}", one.id.rule, one.id.version)).collect::<Vec<_>>().join(" ")
    };
    let cases = [(9, ""), (10, "base1"), (15, "base1 tea1"), (19, "base1 tea1"), (20, "base3 tea1")];
    for (at, expected) in cases.into_iter().chain([(30, "tea1"), (40, "base5 tea1"), (89, "base5 tea1"), (90, "base5")])
    {
        assert_eq!(held(at), expected, "at {at}");
    }
}

#[test]
fn weeks_of_a_cap_begin_on_monday() {
    let first = |day: &str| CapPeriod::Week.first_day_of(Day::parse_iso(day).unwrap()).iso();
    // 4 January 2027 is a Monday.
    assert_eq!(["2027-01-03", "2027-01-04", "2027-01-10"].map(first), ["2026-12-28", "2027-01-04", "2027-01-04"]);
    assert_eq!(CapPeriod::Week.first_day_of(Day(-1)), Day(-3), "31 December 1969 is a Wednesday");
}

#[test]
fn an_order_that_was_cut_gets_nothing_more_after_a_return_and_a_total_that_goes_down_and_up_again_is_what_it_is() {
    let own = rule(1, 100);
    let earns = own.earn_rule(&id("base", 1));
    let cap = Cap { period: CapPeriod::Day, max: 60 };
    let whole = basket(&own, &[("A", 10_000)], &[]);
    let cut = Standing::default().follow(&earns, &whole, Some((cap, 0))).unwrap();
    assert_eq!(cut, Standing { asked: 100, granted: 60, posted: 60, back: 0 });
    let half = fact(Kind::Refund, &[("A", -3_000)]);
    let after = cut.follow(&earns, &basket(&own, &[("A", 10_000)], &[&half]), Some((cap, 60))).unwrap();
    assert_eq!(after, cut, "what is left would earn 70");
    let most = fact(Kind::Refund, &[("A", -5_500)]);
    let after = cut.follow(&earns, &basket(&own, &[("A", 10_000)], &[&most]), Some((cap, 60))).unwrap();
    assert_eq!(after, Standing { back: 15, ..cut });
    let mut stands = Standing::default();
    for (total, net) in [(5_000, 50), (4_500, 45), (5_500, 55), (5_000, 50)] {
        stands = stands.follow(&earns, &basket(&own, &[("A", total)], &[]), None).unwrap();
        assert_eq!(stands.net(), net, "{total}");
    }
    assert_eq!(stands, Standing { asked: 55, granted: 55, posted: 60, back: 10 });
    assert_eq!(stands.follow(&earns, &Basket::empty(), None).unwrap().net(), 0, "cancelled");
}

/// Lines of a few products.
fn lines() -> impl Strategy<Value = Vec<(&'static str, i64)>> {
    prop::collection::vec((prop::sample::select(vec!["A", "B", "C"]), 1..20_000_i64), 1..6)
}

fn returns() -> impl Strategy<Value = Vec<(&'static str, i64)>> {
    prop::collection::vec((prop::sample::select(vec!["A", "B", "C", CASH]), 1..9_000_i64), 0..6)
}

proptest! {
    #[test]
    fn l18_whatever_the_steps_and_their_order_the_same_is_left_and_taken(
        bought in lines(), returns in returns(), turn in any::<prop::sample::Index>(), units in 1..40_u32, per in 1..900_u32,
        orders_first in any::<bool>(), of_a in any::<bool>(),
    ) {
        let own = EarningRule { lines: of_a.then(|| filter(&What::Lines, r#"sku is "A""#)), ..rule(units, per) };
        let earns = own.earn_rule(&id("base", 1));
        let each: Vec<Happened> = returns.iter().map(|(sku, minor)| fact(Kind::Refund, &[(*sku, -*minor)])).collect();
        let together: Vec<(&str, i64)> = returns.iter().map(|(sku, minor)| (*sku, -*minor)).collect();
        let at_once = fact(Kind::Refund, &together);
        let whole = Standing::default().follow(&earns, &basket(&own, &bought, &[&at_once]), None).unwrap();
        prop_assert_eq!(whole.back, 0, "a refund that comes first takes nothing that was not given");
        let mut turned = each.clone();
        turned.rotate_left(if each.is_empty() { 0 } else { turn.index(each.len()) });
        let mut split = Standing::default();
        let parts = if orders_first { 1 } else { bought.len() };
        for number in 1..=parts {
            let told = if orders_first { &bought[..] } else { &bought[..number] };
            split = split.follow(&earns, &basket(&own, told, &[]), None).unwrap();
            prop_assert_eq!(split.back, 0);
        }
        for number in 0..=turned.len() {
            let back: Vec<&Happened> = turned[..number].iter().collect();
            let basket = basket(&own, &bought, &back);
            let next = split.follow(&earns, &basket, None).unwrap();
            prop_assert!(next.back >= split.back && next.back <= next.posted && next.posted == split.posted);
            prop_assert_eq!(next.follow(&earns, &basket, None).unwrap(), next, "told again");
            split = next;
        }
        prop_assert_eq!(split.net(), whole.net());
        prop_assert_eq!((split.asked, split.granted), (whole.asked, whole.granted), "caps count the same");
    }

    #[test]
    fn l26_orders_together_are_granted_no_more_than_the_cap(
        orders in prop::collection::vec(lines(), 1..6), max in 1..600_i64, per in 50..400_u32,
    ) {
        let own = rule(1, per);
        let earns = own.earn_rule(&id("base", 1));
        let cap = Cap { period: CapPeriod::Month, max };
        let (mut used, mut asked) = (0, 0);
        for bought in &orders {
            let mut stands = Standing::default();
            // Told line by line.
            for number in 1..=bought.len() {
                let next = stands.follow(&earns, &basket(&own, &bought[..number], &[]), Some((cap, used))).unwrap();
                used += next.granted - stands.granted;
                stands = next;
            }
            asked += stands.asked;
            prop_assert_eq!(stands.net(), stands.granted);
        }
        prop_assert_eq!(used, asked.min(max));
    }
}
