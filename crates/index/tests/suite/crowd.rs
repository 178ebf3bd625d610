//! So many customers that sets, ranges and tests of single ones all have their turn, with numbers at the edges of blocks.

use perennial_domain::money::Currency;
use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{History, Named, State, Thresholds, View, holds};
use perennial_domain::rules::sample::Draw;
use perennial_domain::rules::value::{Money, Number, ONE, Type, Value};
use perennial_domain::rules::{Bound, Clause, Has, Rule, Test, Tree};
use perennial_domain::time::{Instant, Zone};
use perennial_index::{Index, Place};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const NOW: Instant = Instant(1_000);
/// Of each tag, one in how many has it.
const TAGS: [(&str, usize); 5] = [("most", 1), ("half", 2), ("some", 5), ("few", 40), ("single", 700)];

struct Crowd {
    index: Index,
    customers: BTreeMap<u32, History>,
}

/// The first block is whole, of others there is an edge, and one holds nobody.
fn spread() -> Vec<u32> {
    let edges = [2_047, 4_096, 65_535, 65_536, 66_559, 66_560, 131_071];
    (0..1_500).chain(edges).chain((131_072..200_000).step_by(90)).collect()
}

/// Side by side, so that tags are kept as words too, until over the edge of a chunk of those.
fn packed() -> Vec<u32> {
    (0..1_500).chain(8_000..8_300).collect()
}

/// Nothing, one value, several ones; whole numbers and others, below zero and above.
fn values(draw: &mut Draw, one: impl Fn(i64) -> Value) -> Vec<Value> {
    let count = [0, 1, 1, 1, 1, 1, 1, 1, 1, 2][draw.below(10)];
    (0..count).map(|_| one(draw.between(-1_000, 1_000))).collect()
}

fn money(minor: i64) -> Value {
    Value::Money(Money { minor, currency: Currency::parse("CNY").unwrap() })
}

static SPREAD: LazyLock<Crowd> = LazyLock::new(|| crowd(&spread()));
static PACKED: LazyLock<Crowd> = LazyLock::new(|| crowd(&packed()));

fn crowd(numbers: &[u32]) -> Crowd {
    let mut draw = Draw::new(5);
    let mut index = Index::new(Place { zone: Zone::utc(), line_names: Properties::new() }, NOW);
    index.keep_field("spend", Type::Money);
    index.keep_field("age", Type::Number);
    let mut customers = BTreeMap::new();
    // Some are told twice: what they had first is theirs no more.
    for customer in numbers.iter().copied().chain(numbers.iter().copied().step_by(3)) {
        let mut fields = Named::new();
        fields.insert("spend".to_owned(), values(&mut draw, money));
        let unit = if draw.one_in(3) { ONE / 4 } else { ONE };
        fields.insert("age".to_owned(), values(&mut draw, |number| Value::Number(Number(number * unit))));
        let tags = TAGS.iter().filter(|(_, part)| draw.one_in(*part));
        let interval = Interval::new(Instant(0), None);
        let states: Vec<State> = tags.map(|(tag, _)| State { has: Has::Tag((*tag).to_owned()), interval }).collect();
        index.fields(customer, &fields);
        index.states(customer, &states);
        customers.insert(customer, History { fields, states, ..History::default() });
    }
    for gone in [0, 1_023, 65_536, 66_559] {
        index.gone(gone);
        customers.remove(&gone);
    }
    Crowd { index, customers }
}

fn range(name: &'static str, value: fn(i64) -> Value) -> impl Strategy<Value = Clause> {
    let bound = move || {
        (-1_100..1_100i64, any::<bool>())
            .prop_map(move |(number, is_inclusive)| Bound { value: value(number), is_inclusive })
    };
    let bounds = (prop::option::of(bound()), bound(), any::<bool>());
    bounds.prop_map(move |(one, other, is_from)| {
        let (from, to) = if is_from { (Some(other), one) } else { (one, Some(other)) };
        Clause::Field { name: name.to_owned(), test: Test::Range { from, to } }
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let tag = (0..=TAGS.len()).prop_map(|tag| TAGS.get(tag).map_or("nobody's", |(name, _)| *name));
    let leaf = prop_oneof![
        tag.prop_map(|tag| Clause::Has(Has::Tag(tag.to_owned()))),
        range("spend", money),
        range("age", |number| Value::Number(Number(number * ONE / 2))),
    ];
    leaf.prop_map(Tree::Leaf).prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::All),
            2 => prop::collection::vec(inner.clone(), 1..5).prop_map(Tree::Any),
            1 => inner.prop_map(Tree::negated),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn who_and_how_many_of_a_crowd_are_those_of_the_oracle(rule in rule(), is_packed in any::<bool>()) {
        let crowd = if is_packed { &*PACKED } else { &*SPREAD };
        let (zone, thresholds, line_names) = (Zone::utc(), Thresholds::new(), Properties::new());
        let view = View { now: NOW, zone: &zone, thresholds: &thresholds, line_names: &line_names };
        let meets = |history: &History| holds(&rule, history, view).unwrap();
        let wanted: Vec<u32> = crowd.customers.iter().filter(|(_, history)| meets(history)).map(|(customer, _)| *customer).collect();
        prop_assert_eq!(crowd.index.count(&rule), Ok(wanted.len() as u64));
        let found = crowd.index.who(&rule).unwrap();
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), wanted);
    }
}
