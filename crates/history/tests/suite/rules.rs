//! A plan over the history says of everybody what the definition of the language says, for whatever rules and lives.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{Happened, History as Life, NoThreshold, State, Thresholds, View, holds};
use perennial_domain::rules::sample::{self, Draw, Stored};
use perennial_domain::rules::text::{parse, print};
use perennial_domain::rules::{Clause, Has, Rule, normal, reads};
use perennial_domain::time::{Instant, MICROS_PER_DAY, Zone};
use perennial_history::{CUSTOMER_BUCKETS, History, HistorySnapshot, LookedAt, Plan, PlanError, Standpoint};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PROFILES: u32 = 24;
const FACTS_MAX: usize = 14;
const RULES: u64 = 10;
const INSTANTS: usize = 4;

/// How many tables are drawn; each answers some hundred times as many questions.
fn tables() -> u32 {
    std::env::var("PERENNIAL_TEST_PLANS").ok().and_then(|text| text.parse().ok()).unwrap_or(25)
}

fn told(plan: &mut Plan, stored: &Stored) {
    for customer in &stored.customers {
        plan.tell(customer.profiles[0], &customer.profiles, &customer.known);
    }
}

/// Some of the blocks are in the table, as appended or compacted; the last ones wait.
async fn table(root: &std::path::Path, stored: &Stored, draw: &mut Draw) -> (History, Vec<(i64, AppliedBlock)>) {
    let history = History::open(root).await.unwrap();
    let mut blocks: Vec<(i64, AppliedBlock)> = (1..).zip(stored.blocks.clone()).collect();
    let waiting = blocks.split_off(blocks.len() - draw.below(blocks.len().min(3)));
    for some in blocks.chunks(2 + draw.below(blocks.len())) {
        history.append(some).await.unwrap();
        if draw.one_in(4) {
            history.compact(1).await.unwrap();
        }
    }
    (history, waiting)
}

async fn agree(seed: u64) -> Result<(), String> {
    let mut draw = Draw::new(seed);
    let mut stored = Stored::new(&mut draw, PROFILES, FACTS_MAX);
    let root = tempfile::tempdir().unwrap();
    let (history, waiting) = table(root.path(), &stored, &mut draw).await;
    let snapshot = history.snapshot().await.unwrap();
    assert_eq!(snapshot.sequence() as usize + waiting.len(), stored.blocks.len());
    let zone = sample::zone(&mut draw);
    let line_names = sample::catalogue().lines;
    for _ in 0..INSTANTS {
        let lives = stored.lives();
        let as_of = sample::asked_at(&mut draw, &stored);
        let drawn = |_| sample::rule(draw.between(0, i64::MAX) as u64, draw.below(10));
        let rules: Vec<Rule> = (0..RULES).map(drawn).collect();
        let of_rule = |rule: &Rule| sample::thresholds(&mut draw, &reads(&normal(rule)));
        let thresholds: Thresholds = rules.iter().flat_map(of_rule).collect();
        let standpoint = Standpoint { as_of, zone: zone.clone(), thresholds, line_names: line_names.clone() };
        let mut plan = Plan::new(&rules, &BTreeMap::new(), standpoint.clone()).unwrap();
        told(&mut plan, &stored);
        let found = tokio::task::block_in_place(|| snapshot.who(&plan, &waiting, 1 + draw.below(3))).unwrap();
        let Standpoint { thresholds, .. } = &standpoint;
        let view = View { now: as_of, zone: &zone, thresholds, line_names: &line_names };
        for (rule, found) in rules.iter().zip(found) {
            let does_hold = |place: &usize| holds(rule, &lives[*place], view).unwrap();
            let of_place = |place: usize| stored.customers[place].profiles[0];
            let mut right: Vec<CustomerNumber> = (0..lives.len()).filter(does_hold).map(of_place).collect();
            right.sort_unstable();
            if found != right {
                let at = as_of.rfc3339();
                return Err(format!("seed {seed}: {} at {at}: {found:?}, right are {right:?}", print(rule)));
            }
        }
        let days = draw.between(0, 60);
        let later = Instant(as_of.0 + days * MICROS_PER_DAY);
        for (place, life) in gathered(&snapshot, &waiting, &stored, &rules, (as_of, &zone)).into_iter().enumerate() {
            for (rule, now) in rules.iter().flat_map(|rule| [(rule, as_of), (rule, later)]) {
                let view = View { now, ..view };
                if holds(rule, &life, view).unwrap() != holds(rule, &lives[place], view).unwrap() {
                    let (rule, at) = (print(rule), as_of.rfc3339());
                    return Err(format!("seed {seed}: {rule} of {place}, gathered at {at}, {days} days later"));
                }
            }
        }
        stored.stir(&mut draw);
    }
    Ok(())
}

/// Everybody, with the facts only that these rules look at from an instant on.
fn gathered(
    snapshot: &HistorySnapshot,
    waiting: &[(i64, AppliedBlock)],
    stored: &Stored,
    rules: &[Rule],
    (now, zone): (Instant, &Zone),
) -> Vec<Life> {
    let clauses: Vec<Clause> =
        rules.iter().flat_map(|rule| normal(rule).leaves().into_iter().cloned().collect::<Vec<_>>()).collect();
    let looked = LookedAt::of(&clauses, now, zone);
    let mut shown: BTreeMap<u32, Vec<Happened>> = BTreeMap::new();
    for bucket in 0..CUSTOMER_BUCKETS {
        let show = |profile: u32, facts| {
            assert_eq!(profile % CUSTOMER_BUCKETS, bucket);
            assert!(shown.insert(profile, facts).is_none(), "{profile} is shown once");
        };
        tokio::task::block_in_place(|| snapshot.lives(bucket, &looked, waiting, show)).unwrap();
    }
    let of_customer = |customer: &sample::Customer| {
        let mut facts: Vec<(Happened, CustomerNumber)> = Vec::new();
        for profile in &customer.profiles {
            facts.extend(shown.remove(&profile.0).unwrap_or_default().into_iter().map(|fact| (fact, *profile)));
        }
        facts.sort_by_key(|(fact, profile)| (fact.at, fact.key, *profile));
        Life { facts: facts.into_iter().map(|(fact, _)| fact).collect(), ..customer.known.clone() }
    };
    stored.customers.iter().map(of_customer).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: tables(), max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_oracle(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        if let Err(told) = runtime.block_on(agree(seed)) {
            prop_assert!(false, "{}", told);
        }
    }
}

fn standpoint(as_of: i64) -> Standpoint {
    Standpoint {
        as_of: Instant(as_of),
        zone: Zone::utc(),
        thresholds: Thresholds::new(),
        line_names: sample::catalogue().lines,
    }
}

fn rule(text: &str) -> Rule {
    parse(text).unwrap().rule
}

#[tokio::test(flavor = "multi_thread")]
async fn several_rules_are_answered_together_as_of_an_instant_in_the_past() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let orders = vec![order(Some(1), 10, 1, 500), order(Some(1), 30, 2, 700), order(Some(65), 20, 3, 900)];
    history.append(&[(1, block(orders))]).await.unwrap();
    let late = [(2, block(vec![order(Some(7), 15, 4, 100)]))];
    let segments = BTreeMap::from([
        ("buyers".to_owned(), rule("did orders")),
        ("once".to_owned(), rule("in segment buyers and count of orders <= 1")),
    ]);
    let rules = [rule("in segment once"), rule("not in segment buyers"), rule("sum amount of orders >= 9.00 CNY")];
    let answer = async |as_of| {
        let mut plan = Plan::new(&rules, &segments, standpoint(as_of)).unwrap();
        for customer in [1, 7, 8, 65] {
            let customer = CustomerNumber(customer);
            plan.tell(customer, &[customer], &Life::default());
        }
        let snapshot = history.snapshot().await.unwrap();
        let found = tokio::task::block_in_place(|| snapshot.who(&plan, &late, 2)).unwrap();
        found.into_iter().map(|who| who.into_iter().map(|one| one.0).collect()).collect::<Vec<Vec<u32>>>()
    };
    assert_eq!(answer(9).await, [vec![], vec![1, 7, 8, 65], vec![]]);
    assert_eq!(answer(20).await, [vec![1, 7, 65], vec![8], vec![65]]);
    assert_eq!(answer(40).await, [vec![7, 65], vec![8], vec![1, 65]]);
}

/// Purchases are read of those only who have some within a window.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_added_to_within_a_window_is_of_the_time_it_began() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let (before, within, now) = (10 * MICROS_PER_DAY, 95 * MICROS_PER_DAY, 100 * MICROS_PER_DAY);
    let mut addition = order(Some(1), within, 1, 700);
    addition.first = false;
    history
        .append(&[(1, block(vec![order(Some(1), before, 1, 500), order(Some(129), before, 3, 900)]))])
        .await
        .unwrap();
    history.append(&[(2, block(vec![addition, order(Some(65), before, 2, 200)]))]).await.unwrap();
    history.append(&[(3, block(vec![order(Some(65), within, 4, 300)]))]).await.unwrap();
    let rules = [
        rule("did orders in last 30 days"),
        rule("sum amount of orders in last 30 days >= 3.00 CNY"),
        rule("sum amount of orders >= 9.00 CNY"),
    ];
    let mut plan = Plan::new(&rules, &BTreeMap::new(), standpoint(now)).unwrap();
    for customer in [1, 65, 129].map(CustomerNumber) {
        plan.tell(customer, &[customer], &Life::default());
    }
    let snapshot = history.snapshot().await.unwrap();
    let found = tokio::task::block_in_place(|| snapshot.who(&plan, &[], 1)).unwrap();
    let numbers = |who: &Vec<CustomerNumber>| who.iter().map(|one| one.0).collect::<Vec<_>>();
    assert_eq!(found.iter().map(numbers).collect::<Vec<_>>(), [vec![65], vec![65], vec![1, 129]]);
}

/// Each bought for 9.00 and for 5.00, and 5.00 came back: of the first without the order being cancelled, of the second as it
/// was cancelled, of the third a part of it, as it was cancelled in part. Beside them some who are not asked for.
#[tokio::test(flavor = "multi_thread")]
async fn cancelled_orders_count_nowhere_whatever_is_read_to_know_of_them() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let asked = [1_u32, 65, 129];
    for (sequence, place) in (1..).zip(0..2_u32) {
        let mut facts = Vec::new();
        for customer in asked {
            let key = u128::from(customer) * 10;
            let back = |cancelled: bool, amount: i64| {
                let mut back = order(Some(customer), 30, key + 3, -amount);
                back.fact.kind = FactKind::Refund;
                back.fact.order_no = Some(format!("N{}", key + 1));
                if cancelled {
                    back.fact.key = FactKey::of(&["shop", FactKind::Cancelled.code(), &format!("N{}", key + 1)]);
                }
                back
            };
            facts.push(match (place, customer) {
                (0, _) => order(Some(customer), 10, key + 1, 500),
                (_, 1) => back(false, 500),
                (_, 65) => back(true, 500),
                _ => back(true, 300),
            });
            facts.extend((place == 0).then(|| order(Some(customer), 20, key + 2, 900)));
        }
        let others = (3..40).map(|other| order(Some(other * 64 + 1), 10, u128::from(other) << 40, 2_000));
        facts.extend(others.filter(|_| place == 0));
        history.append(&[(sequence, block(facts))]).await.unwrap();
    }
    let cases: [(&str, &[u32]); 8] = [
        ("sum amount of orders >= 9.00 CNY", &[1, 65, 129]),
        ("sum amount of orders >= 9.01 CNY", &[1, 129]),
        ("sum amount of orders < 14.01 CNY", &[1, 65, 129]),
        ("sum amount of orders < 14.00 CNY", &[65]),
        ("sum amount of orders > 14.00 CNY", &[]),
        ("sum amount of orders is 9.00 CNY", &[65]),
        ("count of orders >= 2", &[1, 129]),
        ("did refunds", &[1, 129]),
    ];
    let mut rules: Vec<Rule> = cases.iter().map(|(text, _)| rule(&format!("has tag vip and {text}"))).collect();
    let snapshot = history.snapshot().await.unwrap();
    let mut known = Life::default();
    let interval = Interval::new(Instant(0), None);
    known.states.push(State { has: Has::Tag("vip".to_owned()), interval });
    let mut answers = Vec::new();
    // All of them at once, and each by itself, so that what is read is all that it takes.
    for asked_together in std::iter::once(rules.clone()).chain(rules.drain(..).map(|one| vec![one])) {
        let mut plan = Plan::new(&asked_together, &BTreeMap::new(), standpoint(40)).unwrap();
        for customer in asked {
            plan.tell(CustomerNumber(customer), &[CustomerNumber(customer)], &known);
        }
        for other in 3..40 {
            plan.tell(CustomerNumber(other * 64 + 1), &[CustomerNumber(other * 64 + 1)], &Life::default());
        }
        answers.push(tokio::task::block_in_place(|| snapshot.who(&plan, &[], 1)).unwrap());
    }
    let together = answers.remove(0);
    assert_eq!(answers.concat(), together);
    for ((text, expected), found) in cases.iter().zip(together) {
        assert_eq!(found.iter().map(|one| one.0).collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn what_cannot_be_answered_is_said_before() {
    let top = rule("count of orders top 5%");
    let refused = Plan::new(std::slice::from_ref(&top), &BTreeMap::new(), standpoint(1)).unwrap_err();
    assert!(matches!(refused, PlanError::NoThreshold(NoThreshold(key)) if reads(&top).quantiles.contains_key(&key)));
    let segments = BTreeMap::from([("a".to_owned(), rule("in segment b")), ("b".to_owned(), rule("not in segment a"))]);
    let refused = Plan::new(&[rule("in segment a")], &segments, standpoint(1)).unwrap_err();
    assert_eq!(refused.to_string(), "segments stand on each other in a circle: a, b, a");
}
