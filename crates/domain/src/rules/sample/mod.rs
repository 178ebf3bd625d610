//! Rules and histories from a seed: what the property tests of all three evaluators run over.
//!
//! Invariants: the same seed gives the same on every machine; each rule is within the limits and right for [`catalogue`];
//! rules and histories draw from the same few values, so that answers of both kinds, ties and edges are common. Nothing of
//! the program uses this.

mod draw;
mod history;
mod rule;
mod stored;

pub use draw::Draw;
pub use history::{history, shuffled};
pub use rule::rule;
pub use stored::{Customer, Stored, asked_at};

use super::catalogue::{Catalogue, Properties, Typed};
use super::oracle::{Thresholds, threshold};
use super::reads::{Operand, Reads};
use super::tree::Take;
use super::value::{Money, Number, Type, Value};
use crate::money::Currency;
use crate::reach::SENT_EVENT;
use crate::time::{Instant, MICROS_PER_DAY, MICROS_PER_HOUR, Zone};

const SHOPS: [&str; 3] = ["S1", "S2", "网店"];
const CATEGORIES: [&str; 3] = ["lens", "care liquid", "case"];
const CITIES: [&str; 3] = ["成都", "Shanghai", "Hang Zhou"];
const HOBBIES: [&str; 3] = ["tea", "music", "走路"];
const GROUPS: [&str; 3] = ["champions", "dormant", "newcomers"];
const TAGS: [&str; 3] = ["vip", "intent", "老客"];
/// The last one is of the brand.
const EVENTS: [&str; 4] = ["Product Added", "Content Read", "Coupon \"Applied\"", SENT_EVENT];
const CHANNELS: [&str; 2] = ["sms", "email"];

/// Zones with and without clock changes, one of them at midnight.
pub const ZONES: [&str; 5] = ["Asia/Shanghai", "Europe/London", "America/New_York", "America/Santiago", "UTC"];

/// The shop that samples are of.
pub fn catalogue() -> Catalogue {
    let of = |kind, allowed: &[&str]| Typed { kind, allowed: allowed.iter().map(|one| (*one).to_owned()).collect() };
    let named = |list: Vec<(&str, Typed)>| -> Properties {
        list.into_iter().map(|(name, typed)| (name.to_owned(), typed)).collect()
    };
    let texts = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    let any = Typed::any;
    Catalogue {
        currency: Currency::parse("CNY"),
        fields: named(vec![
            ("age", any(Type::Number)),
            ("city", of(Type::Text, &CITIES)),
            ("hobbies", of(Type::Text, &HOBBIES)),
            ("birthday", any(Type::Day)),
            ("member_since", any(Type::Instant)),
            ("is_member", any(Type::Boolean)),
            // A name that is a word of the language, and one that is no plain word.
            ("count", any(Type::Text)),
            ("会员 等级", any(Type::Text)),
            ("$lifetime_value", any(Type::Money)),
            ("$probability_active", any(Type::Number)),
            ("$rfm_group", of(Type::Text, &GROUPS)),
        ]),
        tags: texts(&TAGS),
        tag_groups: texts(&["stage", "free"]),
        segments: texts(&["regulars", "同好"]),
        channels: texts(&CHANNELS),
        purposes: texts(&["marketing"]),
        events: [
            (EVENTS[0], named(vec![("category", of(Type::Text, &CATEGORIES)), ("price", any(Type::Number))])),
            (EVENTS[1], named(vec![("seconds", any(Type::Number)), ("is_finished", any(Type::Boolean))])),
            (EVENTS[2], named(vec![("coupon", any(Type::Text)), ("valid_until", any(Type::Day))])),
            (EVENTS[3], named(vec![("coupon", any(Type::Text)), ("valid_until", any(Type::Day))])),
        ]
        .into_iter()
        .map(|(name, properties)| (name.to_owned(), properties))
        .collect(),
        orders: named(vec![
            ("amount", any(Type::Money)),
            ("store", of(Type::Text, &SHOPS)),
            ("coupon", any(Type::Text)),
            ("quantity", any(Type::Number)),
        ]),
        lines: named(vec![
            ("amount", any(Type::Money)),
            ("category", of(Type::Text, &CATEGORIES)),
            ("sku", any(Type::Text)),
            ("quantity", any(Type::Number)),
        ]),
        pages: named(vec![("path", any(Type::Text))]),
        screens: named(vec![("name", any(Type::Text))]),
    }
}

/// The middle of all sampled times: a night in which clocks change in London, near the end of a month.
const MIDDLE: Instant = Instant(1_774_742_400 * 1_000_000);

/// An instant near the middle; many are on a full hour, so that edges meet.
pub fn instant(draw: &mut Draw) -> Instant {
    let days = draw.between(-400, 60);
    let hours = draw.between(0, 23);
    let micros = if draw.one_in(3) { draw.between(0, 3_599_999_999) } else { 0 };
    Instant(MIDDLE.0 + days * MICROS_PER_DAY + hours * MICROS_PER_HOUR + micros)
}

pub fn zone(draw: &mut Draw) -> Zone {
    Zone::parse(draw.pick(&ZONES)).unwrap_or_else(Zone::utc)
}

/// A threshold for each top and bottom that a rule asks for, of a few drawn customers.
pub fn thresholds(draw: &mut Draw, reads: &Reads) -> Thresholds {
    let mut found = Thresholds::new();
    for (key, quantile) in &reads.quantiles {
        let mut values: Vec<i64> = (0..draw.between(0, 20)).map(|_| draw.between(0, 6)).collect();
        let units = threshold(&mut values, quantile.is_top, quantile.share);
        let is_money = value_type(&quantile.of) == Type::Money;
        let value = |units: i64| if is_money { money(units * 5_000) } else { Value::Number(Number::whole(units)) };
        found.insert(key.clone(), units.map(value));
    }
    found
}

fn value_type(operand: &Operand) -> Type {
    let catalogue = catalogue();
    match operand {
        Operand::Field(name) => catalogue.fields.get(name).map_or(Type::Number, |typed| typed.kind),
        Operand::Measure(measure) => {
            let is_number = matches!(measure.take, Take::Distinct(_) | Take::Share { .. });
            let property = measure.take.property().filter(|_| !is_number);
            let typed = property.and_then(|name| catalogue.property(measure.facts.of.first()?, name));
            typed.map_or(Type::Number, |typed| typed.kind)
        }
    }
}

fn money(minor: i64) -> Value {
    Value::Money(Money { minor, currency: Currency::parse("CNY").unwrap_or(Currency::NONE) })
}
