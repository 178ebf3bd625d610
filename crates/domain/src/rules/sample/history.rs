//! Customers of the sample's shop.

use super::{CATEGORIES, CITIES, Draw, EVENTS, GROUPS, HOBBIES, SHOPS, TAGS, instant, money};
use crate::consent::{Decided, Decision};
use crate::fact::FactKey;
use crate::identity::IdentifierType;
use crate::rules::calendar::Interval;
use crate::rules::oracle::{Happened, History, Kind, Named, State};
use crate::rules::tree::Has;
use crate::rules::value::{Number, Type, Value};
use crate::time::{Day, Instant, MICROS_PER_DAY};

/// A customer with at most so many facts, some of which are of one instant and some later than most views.
pub fn history(seed: u64, facts_max: usize) -> History {
    let mut draw = Draw::new(seed);
    let mut history = History { fields: fields(&mut draw), ..History::default() };
    states(&mut draw, &mut history);
    let count = draw.below(facts_max + 1);
    let mut at = instant(&mut draw);
    for place in 0..count {
        if !draw.one_in(5) {
            at = instant(&mut draw);
        }
        let key = FactKey::of(&["sample", &seed.to_string(), &place.to_string()]);
        history.facts.push(fact(&mut draw, key, at));
    }
    history
}

/// The same facts as they might have arrived.
pub fn shuffled(history: &History, draw: &mut Draw) -> History {
    let mut other = history.clone();
    for place in (1..other.facts.len()).rev() {
        other.facts.swap(place, draw.below(place + 1));
    }
    other.states.reverse();
    other
}

/// One of a few of its type.
pub(super) fn value(draw: &mut Draw, kind: Type) -> Value {
    match kind {
        Type::Text => Value::text(draw.pick(&["tea", "Tea house", "a \\ \"b\"", "金卡"])),
        Type::Number => Value::Number(Number(500_000 * draw.between(-2, 10))),
        Type::Money => money(5_000 * draw.between(-2, 6)),
        Type::Boolean => Value::Boolean(draw.one_in(2)),
        Type::Day => Value::Day(day(draw)),
        Type::Instant => Value::Instant(instant(draw)),
    }
}

/// As [`value`]; days and instants are now and then far ahead, or none that a rule could name.
fn known(draw: &mut Draw, kind: Type) -> Value {
    let days = [draw.between(300, 8_000), draw.pick(&FAR_DAYS)][draw.below(2)];
    match kind {
        Type::Day if draw.one_in(6) => Value::Day(Day(20_000 + days as i32)),
        Type::Instant if draw.one_in(6) => Value::Instant(Instant((20_000 + days).saturating_mul(MICROS_PER_DAY))),
        _ => value(draw, kind),
    }
}

/// The last day of 9999 and the first of it, what follows on them, and what is far from all dates.
const FAR_DAYS: [i64; 7] = [2_912_896, 2_912_532, 2_912_897, 7_284_484, 7_284_485, 2_000_000_000, -2_000_000_000];

/// Often the last of a month, now and then 29 February.
fn day(draw: &mut Draw) -> Day {
    let ends = ["2024-02-29", "1990-01-31", "2026-03-31", "2025-12-31"];
    if draw.one_in(3) {
        return Day::parse_iso(draw.pick(&ends)).unwrap_or(Day(0));
    }
    Day((instant(draw).0 / MICROS_PER_DAY) as i32 - draw.below(3) as i32 * 3_650)
}

fn put(draw: &mut Draw, into: &mut Named, name: &str, value: impl FnOnce(&mut Draw) -> Vec<Value>) {
    if !draw.one_in(4) {
        let values = value(draw);
        into.insert(name.to_owned(), values);
    }
}

fn of_kind(kind: Type) -> impl FnOnce(&mut Draw) -> Vec<Value> {
    move |draw| vec![known(draw, kind)]
}

fn one_of<'a>(list: &'a [&'a str]) -> impl FnOnce(&mut Draw) -> Vec<Value> + 'a {
    move |draw| vec![Value::text(draw.pick(list))]
}

fn fields(draw: &mut Draw) -> Named {
    let mut all = Named::new();
    put(draw, &mut all, "age", of_kind(Type::Number));
    put(draw, &mut all, "city", one_of(&CITIES));
    put(draw, &mut all, "hobbies", |draw| {
        HOBBIES[..draw.below(HOBBIES.len() + 1)].iter().map(|one| Value::text(one)).collect()
    });
    put(draw, &mut all, "birthday", of_kind(Type::Day));
    put(draw, &mut all, "member_since", of_kind(Type::Instant));
    put(draw, &mut all, "is_member", of_kind(Type::Boolean));
    put(draw, &mut all, "count", of_kind(Type::Text));
    put(draw, &mut all, "会员 等级", of_kind(Type::Text));
    put(draw, &mut all, "$lifetime_value", of_kind(Type::Money));
    put(draw, &mut all, "$probability_active", of_kind(Type::Number));
    put(draw, &mut all, "$rfm_group", one_of(&GROUPS));
    all
}

fn states(draw: &mut Draw, history: &mut History) {
    let kinds = [
        Has::Tag(TAGS[0].to_owned()),
        Has::Tag(TAGS[2].to_owned()),
        Has::TagGroup("stage".to_owned()),
        Has::Segment("regulars".to_owned()),
        Has::Channel(Some("sms".to_owned())),
        Has::Channel(Some("email".to_owned())),
        Has::Identifier(IdentifierType::Phone),
    ];
    for has in kinds {
        if draw.one_in(2) {
            let from = instant(draw);
            let until = Instant(from.0 + draw.between(0, 300) * MICROS_PER_DAY);
            let interval = Interval::new(from, Some(until).filter(|_| draw.one_in(2)));
            history.states.push(State { has, interval });
        }
    }
    let decided: Vec<Decided> = (0..draw.below(4))
        .map(|_| Decided { decision: draw.pick(&Decision::ALL), is_explicit: draw.one_in(2), at: instant(draw) })
        .collect();
    let channel = Some("sms").filter(|_| draw.one_in(2));
    history.add_consents("marketing", channel, &decided);
}

fn fact(draw: &mut Draw, key: FactKey, at: Instant) -> Happened {
    let mut properties = Named::new();
    let kind = match draw.below(8) {
        0..=2 => Kind::Order,
        3 => Kind::Refund,
        4 => Kind::Page,
        5 => Kind::Screen,
        _ => Kind::Event(draw.pick(&EVENTS).to_owned()),
    };
    let mut lines = Vec::new();
    match &kind {
        Kind::Order | Kind::Refund => {
            put(draw, &mut properties, "amount", of_kind(Type::Money));
            put(draw, &mut properties, "store", one_of(&SHOPS));
            put(draw, &mut properties, "coupon", of_kind(Type::Text));
            put(draw, &mut properties, "quantity", of_kind(Type::Number));
            for _ in 0..draw.below(4) {
                let mut line = Named::new();
                put(draw, &mut line, "amount", of_kind(Type::Money));
                put(draw, &mut line, "category", one_of(&CATEGORIES));
                put(draw, &mut line, "sku", of_kind(Type::Text));
                put(draw, &mut line, "quantity", of_kind(Type::Number));
                lines.push(line);
            }
        }
        Kind::Event(name) if name == EVENTS[0] => {
            put(draw, &mut properties, "category", one_of(&CATEGORIES));
            put(draw, &mut properties, "price", of_kind(Type::Number));
        }
        Kind::Event(name) if name == EVENTS[1] => {
            put(draw, &mut properties, "seconds", of_kind(Type::Number));
            put(draw, &mut properties, "is_finished", of_kind(Type::Boolean));
        }
        Kind::Event(_) => {
            put(draw, &mut properties, "coupon", of_kind(Type::Text));
            put(draw, &mut properties, "valid_until", of_kind(Type::Day));
        }
        Kind::Page => put(draw, &mut properties, "path", of_kind(Type::Text)),
        Kind::Screen => put(draw, &mut properties, "name", of_kind(Type::Text)),
    }
    Happened { key, at, kind, properties, lines }
}
