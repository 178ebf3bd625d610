//! From a rule to JSON.

use crate::rules::reads::{Operand, Quantile};
use crate::rules::tree::{
    Anchor, Bound, Clause, Condition, Detail, Facts, Has, Measure, Moment, Relative, Rule, Sequence, Take, Test,
    Toward, Tree, What, Window,
};
use crate::rules::value::{Number, Value};
use serde_json::{Map, Value as Json, json};

pub fn write(rule: &Rule) -> Json {
    tree(rule, &clause)
}

/// With the keys of objects in their order, without spaces, numbers as decimals: one text for one rule, for good.
pub(in crate::rules) fn canonical(rule: &Rule) -> String {
    sorted(&write(rule))
}

pub(in crate::rules) fn canonical_condition(one: &Condition) -> String {
    sorted(&condition(one))
}

pub(in crate::rules) fn canonical_value(value: &Value) -> String {
    sorted(&literal(value))
}

pub(in crate::rules) fn canonical_quantile(quantile: &Quantile) -> String {
    let of = match &quantile.of {
        Operand::Field(name) => json!({ "field": name }),
        Operand::Measure(measure) => {
            Json::Object(Map::from_iter([(measure.take.code().to_owned(), write_measure(measure))]))
        }
    };
    let side = if quantile.is_top { "top" } else { "bottom" };
    let pairs = [("of".to_owned(), of), (side.to_owned(), literal(&Value::Number(quantile.share)))];
    sorted(&Json::Object(Map::from_iter(pairs)))
}

fn sorted(value: &Json) -> String {
    let mut out = String::new();
    put_sorted(&mut out, value);
    out
}

/// Whatever order the map of the JSON library keeps.
fn put_sorted(out: &mut String, value: &Json) {
    match value {
        Json::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (place, (key, value)) in pairs.into_iter().enumerate() {
                out.push_str(if place == 0 { "\"" } else { ",\"" });
                // Keys of rules are plain words.
                out.push_str(key);
                out.push_str("\":");
                put_sorted(out, value);
            }
            out.push('}');
        }
        Json::Array(list) => {
            out.push('[');
            for (place, one) in list.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                put_sorted(out, one);
            }
            out.push(']');
        }
        Json::Number(number) => match Number::from_json(number) {
            Some(number) => out.push_str(&number.to_string()),
            None => out.push_str(&number.to_string()),
        },
        other => out.push_str(&other.to_string()),
    }
}

fn tree<L>(one: &Tree<L>, leaf: &dyn Fn(&L) -> Json) -> Json {
    let list = |children: &[Tree<L>]| children.iter().map(|child| tree(child, leaf)).collect::<Vec<_>>();
    match one {
        Tree::All(children) => json!({ "all": list(children) }),
        Tree::Any(children) => json!({ "any": list(children) }),
        Tree::Not(child) => json!({ "not": tree(child, leaf) }),
        Tree::Leaf(one) => leaf(one),
    }
}

fn clause(one: &Clause) -> Json {
    match one {
        Clause::Has(has) => write_has(has),
        Clause::Field { name, test } => {
            let mut map = Map::new();
            map.insert("field".to_owned(), json!(name));
            write_test(test, &mut map);
            Json::Object(map)
        }
        Clause::Measure { measure, test } => {
            let mut map = Map::new();
            map.insert(measure.take.code().to_owned(), write_measure(measure));
            write_test(test, &mut map);
            Json::Object(map)
        }
        Clause::Sequence(sequence) => json!({ "sequence": write_sequence(sequence) }),
    }
}

fn write_has(has: &Has) -> Json {
    match has {
        Has::Tag(tag) => json!({ "tag": tag }),
        Has::TagGroup(group) => json!({ "tag_group": group }),
        Has::Segment(segment) => json!({ "segment": segment }),
        Has::Channel(None) => json!({ "reachable": true }),
        Has::Channel(Some(channel)) => json!({ "reachable": channel }),
        Has::Identifier(kind) => json!({ "identifier": kind.code() }),
        Has::Consent { purpose, channel: None, decision } => {
            json!({ "consent": { "purpose": purpose, "decision": decision.code() } })
        }
        Has::Consent { purpose, channel: Some(channel), decision } => {
            json!({ "consent": { "purpose": purpose, "channel": channel, "decision": decision.code() } })
        }
    }
}

fn write_measure(measure: &Measure) -> Json {
    let mut map = facts_map(&measure.facts);
    if let Some(property) = measure.take.property() {
        map.insert("property".to_owned(), json!(property));
    }
    if let Take::Share { part, .. } = &measure.take {
        map.insert("part".to_owned(), condition(part));
    }
    put_window(&measure.window, &mut map);
    Json::Object(map)
}

fn write_sequence(sequence: &Sequence) -> Json {
    let steps = sequence.steps.iter().map(|step| {
        let mut map = facts_map(&step.facts);
        if let Some(span) = step.within {
            map.insert("within".to_owned(), json!(span.to_string()));
        }
        if let Some(without) = &step.without {
            map.insert("without".to_owned(), Json::Object(facts_map(without)));
        }
        Json::Object(map)
    });
    let mut map = Map::new();
    map.insert("steps".to_owned(), steps.collect());
    put_window(&sequence.window, &mut map);
    Json::Object(map)
}

fn facts_map(facts: &Facts) -> Map<String, Json> {
    let mut map = Map::new();
    let what = |what: &What| match what {
        What::Event(name) => json!({ "event": name }),
        other => json!(other.code()),
    };
    map.insert("of".to_owned(), facts.of.iter().map(what).collect());
    if let Some(filter) = &facts.filter {
        map.insert("where".to_owned(), condition(filter));
    }
    map
}

fn condition(one: &Condition) -> Json {
    tree(one, &|detail| match detail {
        Detail::Property(property) => {
            let mut map = Map::new();
            map.insert("property".to_owned(), json!(property.name));
            write_test(&property.test, &mut map);
            Json::Object(map)
        }
        Detail::Line(inner) => json!({ "line": condition(inner) }),
    })
}

fn put_window(window: &Window, map: &mut Map<String, Json>) {
    let moment = |one: &Moment| match one {
        Moment::Day(day) => json!({ "day": day.iso() }),
        Moment::Instant(at) => json!({ "instant": at.rfc3339() }),
    };
    let written = match window {
        Window::Ever => return,
        Window::Last(span) => json!({ "last": span.to_string() }),
        Window::This(unit) => json!({ "this": unit.code() }),
        Window::Full { count, unit } => {
            json!({ "full": format!("{count} {}{}", unit.code(), if *count == 1 { "" } else { "s" }) })
        }
        Window::Between { from, to } => {
            let ends = [("from", from), ("to", to)].into_iter();
            ends.filter_map(|(key, one)| Some((key.to_owned(), moment(one.as_ref()?)))).collect()
        }
        Window::Around { side, anchor, within } => {
            let anchor = match anchor {
                Anchor::First(facts) => json!({ "first": facts_map(facts) }),
                Anchor::Last(facts) => json!({ "last": facts_map(facts) }),
                Anchor::Field(name) => json!({ "field": name }),
            };
            let mut map = Map::new();
            map.insert(side.code().to_owned(), anchor);
            if let Some(span) = within {
                map.insert("within".to_owned(), json!(span.to_string()));
            }
            Json::Object(map)
        }
    };
    map.insert("window".to_owned(), written);
}

fn write_test(test: &Test, map: &mut Map<String, Json>) {
    let mut put = |key: &str, value: Json| {
        map.insert(key.to_owned(), value);
    };
    match test {
        Test::Exists => put("exists", json!(true)),
        Test::Is(values) => put("is", values.iter().map(literal).collect()),
        Test::Contains(part) => put("contains", json!(part)),
        Test::StartsWith(part) => put("starts_with", json!(part)),
        Test::Range { from, to } => {
            let mut bound = |one: &Option<Bound>, inclusive, exclusive| {
                if let Some(bound) = one {
                    put(if bound.is_inclusive { inclusive } else { exclusive }, literal(&bound.value));
                }
            };
            bound(from, "at_least", "above");
            bound(to, "at_most", "below");
        }
        Test::Within(relative) => put("within", write_relative(*relative)),
        Test::Anniversary(relative) => put("anniversary", write_relative(*relative)),
        Test::Top(share) => put("top", literal(&Value::Number(*share))),
        Test::Bottom(share) => put("bottom", literal(&Value::Number(*share))),
    }
}

fn write_relative(relative: Relative) -> Json {
    let key = match relative.toward {
        Toward::Last => "last",
        Toward::Next => "next",
    };
    Json::Object(Map::from_iter([(key.to_owned(), json!(relative.span.to_string()))]))
}

/// As values are written in a rule and in what explains one.
pub(in crate::rules) fn literal(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        // Its text is a JSON number, so this is never null.
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Value::Money(money) => json!({ "money": money.to_string() }),
        Value::Boolean(yes) => json!(yes),
        Value::Day(day) => json!({ "day": day.iso() }),
        Value::Instant(at) => json!({ "instant": at.rfc3339() }),
    }
}
