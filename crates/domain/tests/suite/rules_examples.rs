//! The examples of the documentation, and stories of customers for those that brands ask for first.

use perennial_domain::activity::OF_THE_BRAND;
use perennial_domain::fact::FactKey;
use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::catalogue::{Properties, Typed};
use perennial_domain::rules::oracle::{
    self, Flip, Happened, History, Kind, Named, NoThreshold, State, Thresholds, View, explain, next_flip, threshold,
};
use perennial_domain::rules::text::{parse, print};
use perennial_domain::rules::value::{Money, Number, Type, Value};
use perennial_domain::rules::{Has, Rule, digest, json, limits, reads};
use perennial_domain::time::{Instant, MICROS_PER_DAY, Zone};
use serde_json::{Value as Json, json};

const EXAMPLES: &str = include_str!("../../../../docs/rule-examples.json");

fn examples() -> Vec<Json> {
    serde_json::from_str(EXAMPLES).unwrap()
}

fn example(name: &str) -> Rule {
    let all = examples();
    let one = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("there is no example {name}"));
    json::read(&one["rule"]).unwrap()
}

#[test]
fn each_example_is_the_same_in_text_and_in_json() {
    for example in examples() {
        let text = example["text"].as_str().unwrap();
        let rule = parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}")).rule;
        assert_eq!(json::write(&rule), example["rule"], "{text}");
        assert_eq!(json::read(&example["rule"]).as_ref(), Ok(&rule), "{text}");
        assert_eq!(print(&rule), text);
        assert_eq!(limits::problems(&rule), [], "{text}");
    }
}

/// What stands in blocks and in the first column of tables of the page is understood.
#[test]
fn the_rules_of_the_documentation_are_rules() {
    let page = include_str!("../../../../docs/rules.md");
    let start = page.find("    count of orders[line").unwrap();
    let first: String =
        page[start..].lines().take_while(|line| line.starts_with("    ")).collect::<Vec<_>>().join("\n");
    assert_eq!(parse(&first).unwrap().rule, example("lens_buyers_gone_silent"));
    let blocks = page.lines().filter_map(|line| line.strip_prefix("    ").filter(|line| line.starts_with('{')));
    for block in
        blocks.filter(|block| block.ends_with("}}") && block.matches('{').count() == block.matches('}').count())
    {
        let read = serde_json::from_str::<Json>(block).map(|value| json::read(&value));
        assert!(matches!(read, Ok(Ok(_))) || block.starts_with("{\"of\""), "{block}: {read:?}");
    }
}

fn at(text: &str) -> Instant {
    Instant::parse_rfc3339(text).unwrap()
}

fn key(at: Instant) -> FactKey {
    FactKey::of(&[&at.rfc3339()])
}

fn cny(minor: i64) -> Value {
    Value::Money(Money { minor, currency: Currency::parse("CNY").unwrap() })
}

/// An order with lines of category, SKU and amount.
fn order(when: &str, lines: &[(&str, &str, i64)]) -> Happened {
    let line = |(category, sku, minor): &(&str, &str, i64)| {
        Named::from([
            ("category".to_owned(), vec![Value::text(category)]),
            ("sku".to_owned(), vec![Value::text(sku)]),
            ("amount".to_owned(), vec![cny(*minor)]),
        ])
    };
    let total = lines.iter().map(|line| line.2).sum();
    let properties = Named::from([("amount".to_owned(), vec![cny(total)])]);
    let at = at(when);
    Happened { key: key(at), at, kind: Kind::Order, properties, lines: lines.iter().map(line).collect() }
}

fn event(when: &str, name: &str) -> Happened {
    let at = at(when);
    Happened { key: key(at), at, kind: Kind::Event(name.to_owned()), properties: Named::new(), lines: vec![] }
}

fn reachable() -> State {
    State { has: Has::Channel(Some("sms".to_owned())), interval: Interval::new(at("2020-01-01T00:00:00Z"), None) }
}

fn holds(rule: &Rule, history: &History, view: View<'_>) -> bool {
    oracle::holds(rule, history, view).unwrap()
}

struct Shop {
    zone: Zone,
    thresholds: Thresholds,
    lines: Properties,
}

impl Shop {
    fn new() -> Self {
        let lines = Properties::from([("amount".to_owned(), Typed::any(Type::Money))]);
        Self { zone: Zone::parse("Asia/Shanghai").unwrap(), thresholds: Thresholds::new(), lines }
    }

    fn view(&self, now: &str) -> View<'_> {
        View { now: at(now), zone: &self.zone, thresholds: &self.thresholds, line_names: &self.lines }
    }

    fn holds(&self, rule: &str, facts: &[Happened], now: &str) -> bool {
        let history = History { facts: facts.to_vec(), states: vec![reachable()], ..History::default() };
        holds(&example(rule), &history, self.view(now))
    }
}

#[test]
fn who_bought_lenses_twice_and_fell_silent_is_found_at_the_instant() {
    let shop = Shop::new();
    let rule = example("lens_buyers_gone_silent");
    let facts = vec![
        // Two lines of one order are one purchase.
        order("2026-02-10T04:00:00Z", &[("lens", "L1", 9_900), ("lens", "L2", 8_900)]),
        order("2026-04-20T04:00:00Z", &[("lens", "L1", 9_900)]),
        event("2026-05-01T12:00:00Z", "Content Read"),
    ];
    let history = History { facts: facts.clone(), states: vec![reachable()], ..History::default() };
    let last_sight = at("2026-05-01T12:00:00Z");
    let silent_since = Instant(last_sight.0 + 60 * MICROS_PER_DAY);
    assert!(!holds(&rule, &history, shop.view("2026-05-02T00:00:00Z")));
    assert_eq!(next_flip(&rule, &history, shop.view("2026-05-02T00:00:00Z")), Ok(Some(Flip::TurnsAt(silent_since))));
    assert!(holds(&rule, &history, shop.view("2026-07-01T00:00:00Z")));
    // Half a year after the first order there is one order left in the window: at midnight in Shanghai.
    let end = next_flip(&rule, &history, shop.view("2026-07-01T00:00:00Z"));
    assert_eq!(end, Ok(Some(Flip::TurnsAt(at("2026-08-09T16:00:00Z")))));
    let cares = [facts.clone(), vec![order("2024-01-01T00:00:00Z", &[("care liquid", "C1", 3_900)])]].concat();
    assert!(!shop.holds("lens_buyers_gone_silent", &cares, "2026-07-01T00:00:00Z"), "told late, of long ago");
    let unreachable = History { states: vec![], ..history };
    assert!(!holds(&rule, &unreachable, shop.view("2026-07-01T00:00:00Z")));
}

#[test]
fn an_explanation_ticks_each_part_and_names_what_decided() {
    let shop = Shop::new();
    let rule = example("lens_buyers_gone_silent");
    let facts = vec![
        order("2026-02-10T04:00:00Z", &[("lens", "L1", 9_900)]),
        order("2026-04-20T04:00:00Z", &[("lens", "L1", 9_900)]),
    ];
    let history = History { facts, states: vec![reachable()], ..History::default() };
    let told = explain(&rule, &history, shop.view("2026-06-01T00:00:00Z")).unwrap().json();
    let hex = |text| key(at(text)).hex();
    let (first, second) = (hex("2026-02-10T04:00:00Z"), hex("2026-04-20T04:00:00Z"));
    let expected = json!({
        "rule": "and",
        "holds": false,
        "may_flip_at": "2026-06-19T04:00:00Z",
        "parts": [
            {
                "rule": "count of orders[line [category is \"lens\"]] in last 6 months >= 2",
                "holds": true, "found": [2], "facts": [first, second], "facts_count": 2,
                "may_flip_at": "2026-08-09T16:00:00Z",
            },
            { "rule": "never orders[line [category is \"care liquid\"]]", "holds": true, "found": [0] },
            {
                "rule": "never anything in last 60 days",
                "holds": false, "found": [1], "facts": [second], "facts_count": 1,
                "may_flip_at": "2026-06-19T04:00:00Z",
            },
            { "rule": "reachable", "holds": true, "found": [{ "instant": "2020-01-01T00:00:00Z" }] },
        ],
    });
    assert_eq!(told, expected);
}

#[test]
fn purchase_gaps_are_told_apart() {
    let shop = Shop::new();
    let lens = |when| order(when, &[("lens", "L1", 9_900)]);
    let other_lens = |when| order(when, &[("lens", "L2", 9_900)]);
    let care = |when| order(when, &[("care liquid", "C1", 3_900)]);
    let case = |when| order(when, &[("case", "K1", 1_900)]);
    let days = ["2026-01-05T04:00:00Z", "2026-03-05T04:00:00Z", "2026-05-05T04:00:00Z"];
    let customers = [
        days.map(lens).to_vec(),
        vec![lens(days[0]), other_lens(days[1]), lens(days[2])],
        days.map(care).to_vec(),
        vec![care(days[0]), lens(days[1])],
        vec![case(days[0])],
        vec![],
    ];
    let rows = [
        ("lenses_never_care_liquid", [true, true, false, false, false, false]),
        ("care_liquid_never_lenses", [false, false, true, false, false, false]),
        ("one_lens_for_long", [true, false, false, false, false, false]),
        ("never_lenses", [false, false, true, false, true, false]),
    ];
    for (rule, expected) in rows {
        let found = customers.each_ref().map(|facts| shop.holds(rule, facts, "2026-06-01T00:00:00Z"));
        assert_eq!(found, expected, "{rule}");
    }
}

#[test]
fn shares_and_averages_are_exact() {
    let shop = Shop::new();
    let mixed = |lens, other| vec![order("2026-05-01T00:00:00Z", &[("lens", "L", lens), ("case", "K", other)])];
    assert!(shop.holds("mainly_lenses", &mixed(60, 40), "2026-06-01T00:00:00Z"));
    assert!(!shop.holds("mainly_lenses", &mixed(5_999_999, 4_000_001), "2026-06-01T00:00:00Z"));
    assert!(!shop.holds("mainly_lenses", &mixed(0, 0), "2026-06-01T00:00:00Z"), "of nothing there is no share");
    let average = parse("average amount of orders >= 100.00 CNY").unwrap().rule;
    let of = |amounts: [i64; 3]| {
        let days = ["2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z", "2026-05-03T00:00:00Z"];
        let facts = days.iter().zip(amounts).map(|(day, minor)| order(day, &[("lens", "L", minor)])).collect();
        holds(&average, &History { facts, ..History::default() }, shop.view("2026-06-01T00:00:00Z"))
    };
    assert!(of([10_000, 10_000, 10_000]) && !of([10_000, 10_000, 9_999]), "99.9967 is not 100");
}

#[test]
fn a_cart_is_left_three_hours_after_the_last_product() {
    let shop = Shop::new();
    let added = event("2026-05-01T10:00:00Z", "Product Added");
    let again = event("2026-05-01T11:00:00Z", "Product Added");
    let bought = order("2026-05-01T12:00:00Z", &[("lens", "L", 9_900)]);
    let left = |facts: &[Happened], now| shop.holds("cart_left", facts, now);
    assert!(!left(&[added.clone(), again.clone()], "2026-05-01T13:59:59Z"));
    assert!(left(&[again.clone(), added.clone()], "2026-05-01T14:00:00Z"));
    assert!(!left(&[added, again, bought], "2026-05-01T14:00:00Z"));
}

#[test]
fn a_threshold_is_that_of_the_last_of_a_part_and_ties_are_in_it() {
    let part = |percent| Number(percent * 10_000);
    let rows: [(&[i64], bool, i64, Option<i64>); 7] = [
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], true, 20, Some(9)),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], true, 21, Some(8)),
        (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false, 10, Some(1)),
        (&[5, 5, 5, 1], true, 25, Some(5)),
        (&[7], true, 1, Some(7)),
        (&[7], false, 99, Some(7)),
        (&[], true, 5, None),
    ];
    for (values, is_top, percent, expected) in rows {
        assert_eq!(threshold(&mut values.to_vec(), is_top, part(percent)), expected, "{values:?} {is_top} {percent}");
    }
    let rule = example("best_and_loud");
    let quantiles = reads(&rule).quantiles;
    let key = quantiles.keys().next().unwrap();
    assert_eq!(key.as_str(), r#"{"of":{"field":"$lifetime_value"},"top":0.05}"#);
    let shop = Shop { thresholds: Thresholds::from([(key.clone(), Some(cny(500_000)))]), ..Shop::new() };
    let of = |minor| {
        let fields = Named::from([
            ("$lifetime_value".to_owned(), vec![cny(minor)]),
            ("$spread_power".to_owned(), vec![Value::Number(Number::whole(80))]),
        ]);
        holds(&rule, &History { fields, ..History::default() }, shop.view("2026-06-01T00:00:00Z"))
    };
    assert!(of(500_000) && !of(499_999));
    let unasked = oracle::holds(&rule, &History::default(), Shop::new().view("2026-06-01T00:00:00Z"));
    assert_eq!(unasked, Err(NoThreshold(key.clone())), "before the first run");
    let nobody = Shop { thresholds: Thresholds::from([(key.clone(), None)]), ..Shop::new() };
    assert!(!holds(&rule, &History::default(), nobody.view("2026-06-01T00:00:00Z")), "a run that found nobody");
}

/// Rules of a count or a sum are about those who did something of it, and compare what is shown.
#[test]
fn nobody_is_in_a_part_without_a_fact() {
    let rows = [
        ("count of orders bottom 10%", Value::Number(Number::whole(5)), [false, true, true]),
        ("sum amount of orders bottom 10%", cny(10_000), [false, true, false]),
        ("count of orders top 10%", Value::Number(Number::whole(0)), [false, true, true]),
        // Two orders of 100.00 and 100.01: on average 100.005, which is shown, and compared, as 100.01.
        ("average amount of orders top 10%", cny(10_001), [false, false, true]),
        ("average amount of orders bottom 10%", cny(10_000), [false, true, false]),
    ];
    let one = order("2026-05-01T00:00:00Z", &[("lens", "L", 10_000)]);
    let other = order("2026-05-02T00:00:00Z", &[("lens", "L", 10_001)]);
    for (text, value, expected) in rows {
        let rule = parse(text).unwrap().rule;
        let key = reads(&rule).quantiles.into_keys().next().unwrap();
        let shop = Shop { thresholds: Thresholds::from([(key, Some(value))]), ..Shop::new() };
        let found = [vec![], vec![one.clone()], vec![one.clone(), other.clone()]]
            .map(|facts| holds(&rule, &History { facts, ..History::default() }, shop.view("2026-06-01T00:00:00Z")));
        assert_eq!(found, expected, "{text}");
    }
}

/// What the brand sent or gave back says nothing of whether somebody is there.
#[test]
fn anything_is_what_the_customer_did() {
    let shop = Shop::new();
    let rule = parse("did anything").unwrap().rule;
    let did =
        |fact| holds(&rule, &History { facts: vec![fact], ..History::default() }, shop.view("2026-06-01T00:00:00Z"));
    let refund = Happened { kind: Kind::Refund, ..order("2026-05-01T00:00:00Z", &[]) };
    assert!(did(order("2026-05-01T00:00:00Z", &[])) && did(event("2026-05-01T00:00:00Z", "Product Added")));
    for name in OF_THE_BRAND {
        assert!(!did(event("2026-05-01T00:00:00Z", name)), "{name}");
    }
    assert!(!did(refund));
    let form = |text| digest(&parse(text).unwrap().rule);
    assert_eq!(form("did anything + orders + event \"Product Added\""), form("did anything"));
    assert_ne!(form("did anything + refunds"), form("did anything"));
    assert_ne!(form("did anything + event \"Message Sent\""), form("did anything"));
}

#[test]
fn a_line_without_an_amount_has_not_that_of_its_order() {
    let shop = Shop::new();
    let mut fact = order("2026-05-01T00:00:00Z", &[("lens", "L", 6_000), ("case", "K", 4_000)]);
    fact.properties.insert("store".to_owned(), vec![Value::text("S1")]);
    fact.lines[1].remove("amount");
    let history = History { facts: vec![fact], ..History::default() };
    let rows = [
        ("sum amount of lines = 60.00 CNY", true),
        ("did lines[category is \"case\" and amount exists]", false),
        ("did orders[line [category is \"case\" and amount exists]]", false),
        ("count of lines[store is \"S1\"] = 2", true),
        ("did orders[amount = 100.00 CNY]", true),
    ];
    for (text, expected) in rows {
        let rule = parse(text).unwrap().rule;
        assert_eq!(holds(&rule, &history, shop.view("2026-06-01T00:00:00Z")), expected, "{text}");
    }
}

/// They are stored and compared with those of later versions: whatever changes in how rules are written, these stay.
#[test]
fn digests_stay() {
    let found: Vec<(String, String)> = examples()
        .iter()
        .map(|one| {
            let name = one["name"].as_str().unwrap().to_owned();
            let digest = digest(&example(&name)).hex();
            (name, digest)
        })
        .collect();
    let frozen: Vec<(String, String)> =
        DIGESTS.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect();
    assert_eq!(found, frozen);
}

const DIGESTS: [(&str, &str); 23] = [
    ("lens_buyers_gone_silent", "8f4bc861174cb771155424d25a62aee3"),
    ("lenses_never_care_liquid", "75780b0b314bd3f83a1bf000a566c030"),
    ("care_liquid_never_lenses", "8e2f49677843f94bbbe3013f616c57d0"),
    ("one_lens_for_long", "d73c76b619cd68fdd6a024c312a1b78b"),
    ("never_lenses", "1bb9e544b8de6bad6d98ca31af3d91a7"),
    ("care_liquid_interest", "45bd9be7449cacea421bb8356377bde1"),
    ("second_order_in_time", "fc10c57135ee8e4c39c3311669c956c0"),
    ("mainly_lenses", "a2d32f40abdee31046a5f6ebb8ef9b18"),
    ("price_sensitive", "00f5539341074ebbd4aeb0ef5cbbce90"),
    ("deep_readers", "9412a8c0aaf911d4699c087ddda6c4cf"),
    ("city_and_activity", "5a593113598b195f763203d45fb422de"),
    ("best_and_loud", "67cc5962ee40d6e684af0e64ea3f5cfd"),
    ("unreachable", "30fa9e9307da749466fdc28b8dface19"),
    ("bought_lately", "467ab3ad390b12a53b8f95421aad3baf"),
    ("birthday_soon", "f62064ae36512494d57d5f35b93a3282"),
    ("cart_left", "c5f3e99a883735271fc05fe69b258c14"),
    ("quick_buyers", "3a87194c133bbf6275302e23fdaa030e"),
    ("due_again", "ee4e93793d6e00a882db54a04767dd29"),
    ("first_met_at_account", "40e9b6275b26a5c39cb6c7c8810c59f1"),
    ("rfm_groups", "ff3de994c1527a28de33b9dfad4aa9f3"),
    ("net_this_month", "4f1ac6e0143cd771296c0e22e601488f"),
    ("lunch_hour", "9b4b13c87c1da82b9edee175b9c70d80"),
    ("consented", "d1878f12547c49d1588610e6c480591a"),
];
