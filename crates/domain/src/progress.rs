//! How far a customer is in a product: named values that events tell, days of use, money.
//!
//! An event [`STATE_EVENT`] names a `product` and values of its state: an object `state`, and `level`, `stage` and
//! `attempt` also beside it. A value holds until another is told of the same name; of two the later one holds, of one
//! instant the one that sorts last, so that the order of arrival plays no part. `null` takes a value back.
//! [`USE_EVENT`] names the product and is use of it, and so is each event of its state. An order is of the product that
//! its message names as `product`.

use crate::time::{Day, Instant, MICROS_PER_DAY, Zone};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

pub const STATE_EVENT: &str = "Product Progressed";
pub const USE_EVENT: &str = "Product Used";
/// The property that names the product.
pub const PRODUCT: &str = "product";

pub const PRODUCT_BYTES_MAX: usize = 100;
/// Values that one event can tell; further ones, by name, are left out.
pub const VALUES_MAX: usize = 20;
const NAME_BYTES_MAX: usize = 64;
const VALUE_BYTES_MAX: usize = 200;
/// What may stand beside `state`.
const SHORT_NAMES: [&str; 3] = ["attempt", "level", "stage"];

/// Use is counted by quarters of an hour: the days of every zone begin with one.
pub const SLOT_MICROS: i64 = MICROS_PER_DAY / 96;
/// Use is looked at over so many days, today among them.
pub const ACTIVE_DAYS: i32 = 7;
/// Use of longer ago is not kept: in no zone is it of the last [`ACTIVE_DAYS`] days.
pub const KEPT_DAYS: i64 = 9;
/// A customer still pays whose last purchase that is not wholly given back is at most so many days ago.
pub const PAYING_DAYS: i64 = 30;

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub product: String,
    /// JSON of each value: a text, a number, true, false, or null.
    pub values: BTreeMap<String, String>,
}

/// `None` for other events, and where no product is named.
pub fn word_of(event: &str, properties: &str) -> Option<Word> {
    if event != STATE_EVENT && event != USE_EVENT {
        return None;
    }
    let properties: Map<String, Value> = serde_json::from_str(properties).ok()?;
    let product = product_of(properties.get(PRODUCT)?)?;
    let mut values = BTreeMap::new();
    if event == STATE_EVENT {
        let beside = SHORT_NAMES.iter().filter_map(|name| Some(((*name).to_owned(), properties.get(*name)?.clone())));
        let inside = properties.get("state").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, value) in beside.chain(inside) {
            if let Some(text) = scalar(&value).filter(|_| is_name(&name)) {
                values.insert(name, text);
            }
        }
        while values.len() > VALUES_MAX {
            values.pop_last();
        }
    }
    Some(Word { product, values })
}

/// The name of a product, as a text or a number says it.
pub fn product_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    ((1..=PRODUCT_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control)).then_some(text)
}

fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.trim() == name && !name.chars().any(char::is_control)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) | Value::Object(_) => None,
        scalar => Some(scalar.to_string()).filter(|text| text.len() <= VALUE_BYTES_MAX),
    }
}

/// A value as it was told, of some profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldValue {
    pub name: String,
    pub json: String,
    pub at: Instant,
}

/// Whether a value told at `at` takes the place of another.
pub fn holds_over(at: Instant, json: &str, other_at: Instant, other_json: &str) -> bool {
    (at, json) > (other_at, other_json)
}

/// What holds of all that was told, with when it was told; what was taken back is not there.
pub fn state_of(told: impl IntoIterator<Item = ToldValue>) -> BTreeMap<String, (Value, Instant)> {
    let mut newest: BTreeMap<String, (Instant, String)> = BTreeMap::new();
    for one in told {
        let is_news = newest.get(&one.name).is_none_or(|(at, json)| holds_over(one.at, &one.json, *at, json));
        if is_news {
            newest.insert(one.name, (one.at, one.json));
        }
    }
    newest
        .into_iter()
        .filter_map(|(name, (at, json))| {
            let value: Value = serde_json::from_str(&json).ok()?;
            (!value.is_null()).then_some((name, (value, at)))
        })
        .collect()
}

pub fn slot_of(at: Instant) -> i64 {
    at.0.div_euclid(SLOT_MICROS)
}

pub fn slot_start(slot: i64) -> Instant {
    Instant(slot.saturating_mul(SLOT_MICROS))
}

/// The first slot that is kept at this instant.
pub fn first_kept_slot(now: Instant) -> i64 {
    slot_of(Instant(now.0 - KEPT_DAYS * MICROS_PER_DAY))
}

/// Use of the last days up to today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Of the last [`ACTIVE_DAYS`] days, those with any use.
    pub active_days: usize,
    pub events: i64,
}

/// `slots` with the events of each.
pub fn use_of(slots: impl IntoIterator<Item = (i64, i64)>, zone: &Zone, today: Day) -> Use {
    let mut days = BTreeSet::new();
    let mut events = 0;
    for (slot, count) in slots {
        let day = zone.day_of(slot_start(slot));
        if day.0 > today.0 - ACTIVE_DAYS && day <= today {
            days.insert(day);
            events += count;
        }
    }
    Use { active_days: days.len(), events }
}

/// What is known of an order of the product, or of what was given back of it: one row each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderMoney {
    pub order_no: String,
    pub is_purchase: bool,
    pub at: Instant,
    /// Negative for what went back.
    pub amount_minor: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Net of what was given back.
    pub spent_minor: i64,
    /// Of the last purchase of which anything is left.
    pub last_paid_at: Option<Instant>,
    pub is_paying: bool,
}

pub fn paid_of(rows: &[OrderMoney], now: Instant) -> Paid {
    let mut orders: BTreeMap<&str, (i64, Option<Instant>)> = BTreeMap::new();
    for row in rows {
        let (left, bought_at) = orders.entry(&row.order_no).or_default();
        *left = left.saturating_add(row.amount_minor);
        *bought_at = (*bought_at).max(row.is_purchase.then_some(row.at));
    }
    let last_paid_at = orders.values().filter(|(left, _)| *left > 0).filter_map(|(_, at)| *at).max();
    let since = now.0 - PAYING_DAYS * MICROS_PER_DAY;
    Paid {
        spent_minor: orders.values().fold(0, |sum: i64, (left, _)| sum.saturating_add(*left)),
        last_paid_at,
        is_paying: last_paid_at.is_some_and(|at| at.0 >= since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(properties: &Value) -> Option<Vec<(String, String)>> {
        Some(word_of(STATE_EVENT, &properties.to_string())?.values.into_iter().collect())
    }

    #[test]
    fn values_stand_in_state_or_beside_it_and_what_is_no_value_is_left_out() {
        let pair = |name: &str, json: &str| (name.to_owned(), json.to_owned());
        let cases = [
            (json!({ "product": "g", "level": 7, "attempt": 10 }), vec![pair("attempt", "10"), pair("level", "7")]),
            (
                json!({ "product": 9, "stage": "gold", "state": { "stage": "silver" } }),
                vec![pair("stage", "\"silver\"")],
            ),
            (
                json!({ "product": "g", "state": { "a": true, "b": null, "c": [1], "d": {}, " e": 1, "": 2 } }),
                vec![pair("a", "true"), pair("b", "null")],
            ),
            (json!({ "product": "g", "state": 5 }), vec![]),
            (json!({ "product": "g", "other": 5 }), vec![]),
        ];
        for (properties, values) in cases {
            assert_eq!(told(&properties), Some(values), "{properties}");
        }
        for nobody in [json!({}), json!({ "product": "" }), json!({ "product": [] }), json!({ "product": "a\nb" })] {
            assert_eq!(told(&nobody), None, "{nobody}");
        }
        assert_eq!(word_of("Level Up", "{\"product\":\"g\"}"), None);
        assert_eq!(word_of(USE_EVENT, "{\"product\":\"g\",\"level\":1}").map(|word| word.values.len()), Some(0));
        assert_eq!(word_of(STATE_EVENT, "[]"), None);
        let many: Map<String, Value> = (0..99).map(|number| (format!("v{number:02}"), json!(number))).collect();
        let kept = told(&json!({ "product": "g", "state": many })).unwrap();
        assert_eq!((kept.len(), kept[19].0.as_str()), (VALUES_MAX, "v19"));
    }

    #[test]
    fn the_later_value_holds_in_any_order_of_arrival() {
        let value = |name: &str, json: &str, at| ToldValue { name: name.into(), json: json.into(), at: Instant(at) };
        let mut all = vec![
            value("level", "6", 1),
            value("level", "7", 5),
            value("level", "7", 3),
            value("attempt", "10", 5),
            value("attempt", "9", 5),
            value("stage", "\"a\"", 2),
            value("stage", "null", 4),
        ];
        let expected = state_of(all.clone());
        let shown: Vec<_> =
            expected.iter().map(|(name, (value, at))| (name.as_str(), value.to_string(), at.0)).collect();
        // Of one instant the text that sorts last.
        assert_eq!(shown, [("attempt", "9".to_owned(), 5), ("level", "7".to_owned(), 5)]);
        for _ in 0..all.len() {
            all.rotate_left(1);
            assert_eq!(state_of(all.clone()), expected);
            all.reverse();
            assert_eq!(state_of(all.clone()), expected);
            all.reverse();
        }
    }

    #[test]
    fn active_days_are_days_of_the_zone_whatever_its_offset() {
        for name in ["UTC", "Asia/Shanghai", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns"] {
            let zone = Zone::parse(name).unwrap();
            let today = Day::parse_iso("2026-11-22").unwrap();
            let start = |day: i32| zone.start_of_day(Day(today.0 + day)).unwrap();
            let before = |at: Instant| slot_of(Instant(at.0 - 1));
            let slots =
                [(slot_of(start(-6)), 2), (before(start(-6)), 9), (slot_of(start(0)), 1), (before(start(0)), 1)];
            assert_eq!(use_of(slots, &zone, today), Use { active_days: 3, events: 4 }, "{name}");
            assert_eq!(use_of([(slot_of(start(1)), 1)], &zone, today), Use::default(), "{name}: tomorrow");
            assert!(slot_of(start(-6)) > first_kept_slot(Instant(start(1).0 - 1)), "{name}");
        }
    }

    #[test]
    fn who_gave_everything_back_or_bought_long_ago_does_not_pay_any_more() {
        let day = MICROS_PER_DAY;
        let row = |order_no: &str, amount_minor: i64, at: i64| OrderMoney {
            order_no: order_no.into(),
            is_purchase: amount_minor > 0,
            at: Instant(at),
            amount_minor,
        };
        let now = Instant(100 * day);
        let paid = |rows: &[OrderMoney]| {
            let paid = paid_of(rows, now);
            (paid.spent_minor, paid.last_paid_at.map(|at| at.0 / day), paid.is_paying)
        };
        assert_eq!(paid(&[]), (0, None, false));
        assert_eq!(paid(&[row("a", 500, 70 * day)]), (500, Some(70), true));
        assert_eq!(paid(&[row("a", 500, 70 * day - 1)]), (500, Some(69), false));
        let back = [row("a", 500, 20 * day), row("b", 300, 90 * day), row("b", -300, 95 * day)];
        assert_eq!(paid(&back), (500, Some(20), false));
        let part = [row("b", 300, 90 * day), row("b", -200, 95 * day)];
        assert_eq!(paid(&part), (100, Some(90), true));
    }
}
