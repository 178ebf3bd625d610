//! From JSON to a rule. The first thing that is wrong is told, with its place and what is allowed there.

use super::place::{Object, Place, Read, named};
use crate::consent::Decision;
use crate::identity::IdentifierType;
use crate::money::{AMOUNT_MINOR_MAX, Currency, DecimalMark, parse_decimal_up_to};
use crate::rules::limits::{DEPTH_MAX, too_deep};
use crate::rules::problem::Problem;
use crate::rules::span::{CalendarUnit, SPAN_ALLOWED, Span};
use crate::rules::tree::{
    Anchor, Bound, Clause, Detail, Facts, Has, Measure, Moment, Property, Relative, Rule, Sequence, Side, Step, Take,
    Test, Toward, Tree, What, Window,
};
use crate::rules::value::{Money, Number, Value, is_plain_decimal};
use crate::time::{Day, Instant};
use serde_json::Value as Json;

const BRANCHES: [&str; 3] = ["all", "any", "not"];
const CLAUSES: [&str; 20] = [
    "all",
    "any",
    "not",
    "field",
    "tag",
    "tag_group",
    "segment",
    "reachable",
    "identifier",
    "consent",
    "count",
    "sum",
    "average",
    "min",
    "max",
    "distinct",
    "first",
    "last",
    "share",
    "sequence",
];
const CONDITIONS: [&str; 5] = ["all", "any", "not", "property", "line"];
const TESTS: [&str; 12] = [
    "exists",
    "is",
    "contains",
    "starts_with",
    "at_least",
    "above",
    "at_most",
    "below",
    "within",
    "anniversary",
    "top",
    "bottom",
];
const DAY_ALLOWED: &str = "a day such as 2026-01-31";
const INSTANT_ALLOWED: &str = "an instant such as 2026-01-31T09:30:00Z";

pub fn read(json: &Json) -> Result<Rule, Problem> {
    tree(&Place::root(json), 1, &CLAUSES, &clause)
}

/// What a leaf is read by: its kind, the value under that key, the object, how deep it stands.
type Leaf<'l, L> = dyn Fn(&'static str, &Place<'_>, &Object<'_>, usize) -> Read<L> + 'l;

fn tree<L>(place: &Place<'_>, depth: usize, keys: &[&'static str], leaf: &Leaf<'_, L>) -> Read<Tree<L>> {
    if depth > DEPTH_MAX {
        return place.wrong(too_deep());
    }
    let object = place.object()?;
    let (key, value) = object.one_of(keys)?;
    if BRANCHES.contains(&key) {
        object.only(&[key])?;
    }
    let children = || value.list()?.iter().map(|one| tree(one, depth + 1, keys, leaf)).collect::<Read<Vec<_>>>();
    match key {
        "all" => Ok(Tree::All(children()?)),
        "any" => Ok(Tree::Any(children()?)),
        "not" => Ok(Tree::negated(tree(&value, depth + 1, keys, leaf)?)),
        _ => Ok(Tree::Leaf(leaf(key, &value, &object, depth)?)),
    }
}

fn clause(key: &'static str, value: &Place<'_>, object: &Object<'_>, depth: usize) -> Read<Clause> {
    match key {
        "field" => {
            let test = test(key, object)?;
            Ok(Clause::Field { name: value.name()?, test })
        }
        "sequence" => {
            object.only(&[key])?;
            Ok(Clause::Sequence(sequence(value, depth)?))
        }
        "tag" | "tag_group" | "segment" | "reachable" | "identifier" | "consent" => {
            object.only(&[key])?;
            Ok(Clause::Has(has(key, value)?))
        }
        _ => {
            let test = test(key, object)?;
            Ok(Clause::Measure { measure: Box::new(measure(key, value, depth)?), test })
        }
    }
}

fn has(key: &str, value: &Place<'_>) -> Read<Has> {
    Ok(match key {
        "tag" => Has::Tag(value.name()?),
        "tag_group" => Has::TagGroup(value.name()?),
        "segment" => Has::Segment(value.name()?),
        "reachable" => match value.value {
            Json::Bool(true) => Has::Channel(None),
            Json::String(channel) => Has::Channel(Some(channel.clone())),
            _ => return value.wrong("true, or the code of a channel, is expected here"),
        },
        "identifier" => {
            let known: Vec<&str> = IdentifierType::ALL.iter().map(|kind| kind.code()).collect();
            Has::Identifier(value.parsed(IdentifierType::parse, &known.join(", "))?)
        }
        _ => {
            let object = value.object()?;
            object.only(&["purpose", "channel", "decision"])?;
            Has::Consent {
                purpose: object.need("purpose")?.name()?,
                channel: object.get("channel").map(|channel| channel.name()).transpose()?,
                decision: object.need("decision")?.parsed(Decision::parse, "granted, denied, revoked")?,
            }
        }
    })
}

fn measure(key: &str, value: &Place<'_>, depth: usize) -> Read<Measure> {
    let object = value.object()?;
    let property = || object.need("property")?.name();
    let take = match key {
        "count" => Take::Count,
        "sum" => Take::Sum(property()?),
        "average" => Take::Average(property()?),
        "min" => Take::Min(property()?),
        "max" => Take::Max(property()?),
        "distinct" => Take::Distinct(property()?),
        "first" => Take::First(property()?),
        "last" => Take::Last(property()?),
        _ => Take::Share {
            by: object.get("property").map(|name| name.name()).transpose()?,
            part: tree(&object.need("part")?, depth + 1, &CONDITIONS, &condition)?,
        },
    };
    match take {
        Take::Count => object.only(&["of", "where", "window"])?,
        Take::Share { .. } => object.only(&["of", "where", "window", "property", "part"])?,
        _ => object.only(&["of", "where", "window", "property"])?,
    }
    let window = optional_window(&object, depth)?;
    Ok(Measure { take, facts: facts(&object, depth)?, window })
}

fn sequence(value: &Place<'_>, depth: usize) -> Read<Sequence> {
    let object = value.object()?;
    object.only(&["steps", "window"])?;
    let step = |one: &Place<'_>| -> Read<Step> {
        let object = one.object()?;
        object.only(&["of", "where", "within", "without"])?;
        Ok(Step {
            facts: facts(&object, depth)?,
            within: object.get("within").map(|one| span(&one)).transpose()?,
            without: object.get("without").map(|one| only_facts(&one, depth)).transpose()?,
        })
    };
    let steps = object.need("steps")?.list()?.iter().map(step).collect::<Read<_>>()?;
    Ok(Sequence { steps, window: optional_window(&object, depth)? })
}

fn only_facts(place: &Place<'_>, depth: usize) -> Read<Facts> {
    let object = place.object()?;
    object.only(&["of", "where"])?;
    facts(&object, depth)
}

fn facts(object: &Object<'_>, depth: usize) -> Read<Facts> {
    let of = object.need("of")?.list()?.iter().map(what).collect::<Read<_>>()?;
    let filter = object.get("where").map(|one| tree(&one, depth + 1, &CONDITIONS, &condition)).transpose()?;
    Ok(Facts { of, filter })
}

fn what(place: &Place<'_>) -> Read<What> {
    const ALLOWED: &str = "orders, lines, refunds, refund_lines, pages, screens, anything, or {\"event\": NAME}";
    match place.value {
        Json::Object(_) => {
            let object = place.object()?;
            object.only(&["event"])?;
            Ok(What::Event(object.need("event")?.name()?))
        }
        _ => place.parsed(What::parse, ALLOWED),
    }
}

fn condition(key: &'static str, value: &Place<'_>, object: &Object<'_>, depth: usize) -> Read<Detail> {
    if key == "line" {
        object.only(&[key])?;
        return Ok(Detail::Line(Box::new(tree(value, depth + 1, &CONDITIONS, &condition)?)));
    }
    Ok(Detail::Property(Property { name: value.name()?, test: test(key, object)? }))
}

fn optional_window(object: &Object<'_>, depth: usize) -> Read<Window> {
    object.get("window").map_or(Ok(Window::Ever), |place| window(&place, depth))
}

fn window(place: &Place<'_>, depth: usize) -> Read<Window> {
    let object = place.object()?;
    if object.get("from").is_some() || object.get("to").is_some() {
        object.only(&["from", "to"])?;
        let bound = |key| object.get(key).map(|one| moment(&one)).transpose();
        return Ok(Window::Between { from: bound("from")?, to: bound("to")? });
    }
    let (key, value) = object.one_of(&["last", "this", "full", "from", "to", "before", "after"])?;
    let side = match key {
        "before" => Side::Before,
        "after" => Side::After,
        _ => {
            object.only(&[key])?;
            return fixed_window(key, &value);
        }
    };
    object.only(&[key, "within"])?;
    let within = object.get("within").map(|one| span(&one)).transpose()?;
    Ok(Window::Around { side, anchor: anchor(&value, depth)?, within })
}

fn fixed_window(key: &str, value: &Place<'_>) -> Read<Window> {
    Ok(match key {
        "last" => Window::Last(span(value)?),
        "this" => Window::This(value.parsed(CalendarUnit::parse, "day, week, month, quarter, year")?),
        _ => {
            let parse = |text: &str| {
                let (count, unit) = text.split_once(' ')?;
                let count = count.bytes().all(|byte| byte.is_ascii_digit()).then(|| count.parse().ok())??;
                Some((count, CalendarUnit::parse(unit)?))
            };
            let (count, unit) = value.parsed(parse, "a number and days, weeks, months, quarters or years")?;
            Window::Full { count, unit }
        }
    })
}

fn anchor(place: &Place<'_>, depth: usize) -> Read<Anchor> {
    let object = place.object()?;
    let (key, value) = object.one_of(&["first", "last", "field"])?;
    object.only(&[key])?;
    Ok(match key {
        "first" => Anchor::First(only_facts(&value, depth)?),
        "last" => Anchor::Last(only_facts(&value, depth)?),
        _ => Anchor::Field(value.name()?),
    })
}

fn moment(place: &Place<'_>) -> Read<Moment> {
    match literal(place)? {
        Value::Day(day) => Ok(Moment::Day(day)),
        Value::Instant(at) => Ok(Moment::Instant(at)),
        _ => place.wrong("{\"day\": …} or {\"instant\": …} is expected here"),
    }
}

fn test(operand: &'static str, object: &Object<'_>) -> Read<Test> {
    let mut keys = vec![operand];
    keys.extend(TESTS);
    object.only(&keys)?;
    if let Some(range) = range(object, operand)? {
        return Ok(range);
    }
    let (key, value) = object.one_of(&TESTS)?;
    let ratio = || match literal(&value)? {
        Value::Number(number) => Ok(number),
        _ => value.wrong("a part is expected here: 0.05 is 5 %"),
    };
    Ok(match key {
        "exists" => match value.value {
            Json::Bool(true) => Test::Exists,
            _ => return value.wrong("true is expected here; for the opposite write {\"not\": …} around the clause"),
        },
        "is" => Test::Is(value.list()?.iter().map(literal).collect::<Read<_>>()?),
        "contains" => Test::Contains(value.name()?),
        "starts_with" => Test::StartsWith(value.name()?),
        "within" => Test::Within(relative(&value)?),
        "anniversary" => Test::Anniversary(relative(&value)?),
        "top" => Test::Top(ratio()?),
        _ => Test::Bottom(ratio()?),
    })
}

fn range(object: &Object<'_>, operand: &'static str) -> Read<Option<Test>> {
    let bound = |inclusive: &'static str, exclusive: &'static str| -> Read<Option<Bound>> {
        match (object.get(inclusive), object.get(exclusive)) {
            (Some(_), Some(place)) => place.wrong(format!("`{exclusive}` does not stand beside `{inclusive}`")),
            (Some(place), None) => Ok(Some(Bound { value: literal(&place)?, is_inclusive: true })),
            (None, Some(place)) => Ok(Some(Bound { value: literal(&place)?, is_inclusive: false })),
            (None, None) => Ok(None),
        }
    };
    let (from, to) = (bound("at_least", "above")?, bound("at_most", "below")?);
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    object.only(&[operand, "at_least", "above", "at_most", "below"])?;
    Ok(Some(Test::Range { from, to }))
}

fn relative(place: &Place<'_>) -> Read<Relative> {
    let object = place.object()?;
    let (key, value) = object.one_of(&["last", "next"])?;
    object.only(&[key])?;
    Ok(Relative { toward: if key == "last" { Toward::Last } else { Toward::Next }, span: span(&value)? })
}

fn span(place: &Place<'_>) -> Read<Span> {
    place.parsed(Span::parse, SPAN_ALLOWED)
}

fn literal(place: &Place<'_>) -> Read<Value> {
    match place.value {
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Bool(yes) => Ok(Value::Boolean(*yes)),
        Json::Number(number) => match Number::from_json(number) {
            Some(number) => Ok(Value::Number(number)),
            None => place.wrong("a number up to a hundred billion with at most six decimals"),
        },
        Json::Object(_) => {
            let object = place.object()?;
            let (key, value) = object.one_of(&["money", "day", "instant"])?;
            object.only(&[key])?;
            match key {
                "money" => money(&value),
                "day" => value.parsed(Day::parse_iso, DAY_ALLOWED).map(Value::Day),
                _ => value.parsed(Instant::parse_rfc3339, INSTANT_ALLOWED).map(Value::Instant),
            }
        }
        other => place.wrong(format!("a value is expected here, not {}", named(other))),
    }
}

fn money(place: &Place<'_>) -> Read<Value> {
    let parse = |text: &str| {
        let (amount, code) = text.split_once(' ')?;
        parse_money(amount, code).ok()
    };
    place
        .parsed(
            parse,
            "an amount and its currency, such as \"500.00 CNY\", with no more decimals than the currency has",
        )
        .map(Value::Money)
}

/// An amount in a currency, exactly. Errors say what is allowed.
pub(in crate::rules) fn parse_money(amount: &str, code: &str) -> Result<Money, &'static str> {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let currency = Currency::parse(code).filter(|_| is_code).ok_or("three capitals of a currency, such as CNY")?;
    let decimals = amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if !is_plain_decimal(amount) || decimals > usize::from(currency.exponent()) {
        return Err("an amount with no more decimals than the currency has");
    }
    let minor = parse_decimal_up_to(amount, currency.exponent(), AMOUNT_MINOR_MAX, DecimalMark::Point);
    minor.map(|minor| Money { minor, currency }).map_err(|_| "an amount of at most ten billion")
}
