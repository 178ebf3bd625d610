//! The JSON schema of rules says what the reader of JSON says.

use perennial_domain::rules::{SCHEMA, json, sample};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static ROOT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(SCHEMA).unwrap());

fn is_valid(rule: &Value) -> bool {
    Checker::of(&ROOT, rule).is_some()
}

/// As much of JSON schema 2020-12 as ours uses; patterns and formats aside, which the reader knows better. A keyword that is
/// not known fails the test.
struct Checker;

type Evaluated = BTreeSet<String>;

impl Checker {
    /// The keys that were looked at; none where the value is not valid.
    fn of(schema: &Value, value: &Value) -> Option<Evaluated> {
        let mut seen = Evaluated::new();
        for (keyword, said) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "pattern" | "format" | "unevaluatedProperties" => true,
                "$ref" => Self::add(&mut seen, Self::of(Self::definition(said.as_str().unwrap()), value)),
                "oneOf" => {
                    let mut passed: Vec<_> = Self::each(said, value).collect();
                    passed.len() == 1 && Self::add(&mut seen, passed.pop())
                }
                "anyOf" => Self::each(said, value).fold(false, |_, one| Self::add(&mut seen, Some(one))),
                "not" => Self::of(said, value).is_none(),
                "const" => said == value,
                "enum" => said.as_array().unwrap().contains(value),
                "properties" => said.as_object().unwrap().iter().all(|(key, schema)| {
                    let Some(child) = value.get(key) else { return true };
                    seen.insert(key.clone());
                    Self::of(schema, child).is_some()
                }),
                "required" => said.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
                "additionalProperties" => {
                    let known = schema["properties"].as_object().unwrap();
                    value.as_object().is_some_and(|map| map.keys().all(|key| known.contains_key(key)))
                }
                // What follows on those that are listed by place.
                "items" => value.as_array().is_some_and(|list| {
                    let listed = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                    list.iter().skip(listed).all(|one| Self::of(said, one).is_some())
                }),
                _ => Self::of_kind(keyword, said, value),
            };
            if !holds {
                return None;
            }
        }
        let is_closed = schema.get("unevaluatedProperties").is_some();
        let all_seen = || value.as_object().is_none_or(|map| map.keys().all(|key| seen.contains(key)));
        (!is_closed || all_seen()).then_some(seen)
    }

    fn of_kind(keyword: &str, said: &Value, value: &Value) -> bool {
        let length = value.as_str().map(|text| text.chars().count() as u64);
        let count = value.as_array().map(|list| list.len() as u64);
        match keyword {
            "type" => match said.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                other => panic!("{other} is no type of ours"),
            },
            "prefixItems" => value.as_array().is_some_and(|list| {
                said.as_array().unwrap().iter().zip(list).all(|(schema, one)| Self::of(schema, one).is_some())
            }),
            "minItems" => count.is_some_and(|count| count >= said.as_u64().unwrap()),
            "maxItems" => count.is_some_and(|count| count <= said.as_u64().unwrap()),
            "minLength" => length.is_some_and(|length| length >= said.as_u64().unwrap()),
            "maxLength" => length.is_some_and(|length| length <= said.as_u64().unwrap()),
            "exclusiveMinimum" => value.as_f64() > said.as_f64(),
            "exclusiveMaximum" => value.as_f64() < said.as_f64(),
            other => panic!("the test does not know {other}"),
        }
    }

    fn each<'a>(list: &'a Value, value: &'a Value) -> impl Iterator<Item = Evaluated> + 'a {
        list.as_array().unwrap().iter().filter_map(|one| Self::of(one, value))
    }

    fn definition(reference: &str) -> &'static Value {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        ROOT["$defs"].get(name).unwrap_or_else(|| panic!("there is no {name}"))
    }

    fn add(seen: &mut Evaluated, found: Option<Evaluated>) -> bool {
        found.map(|found| seen.extend(found)).is_some()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_valid(seed in any::<u64>(), size in 0usize..16) {
        let rule = json::write(&sample::rule(seed, size));
        prop_assert!(is_valid(&rule), "{}", rule);
    }

    /// A valid rule with a key or an item taken out, or a key that is not known, is valid to both or to none.
    #[test]
    fn both_refuse_the_same(seed in any::<u64>(), place in any::<usize>(), is_added: bool) {
        let mut rule = json::write(&sample::rule(seed, 4));
        let mut left = place % parts(&rule);
        change(&mut rule, &mut left, is_added);
        let is_read = json::read(&rule).is_ok_and(|rule| perennial_domain::rules::limits::problems(&rule).is_empty());
        prop_assert_eq!(is_valid(&rule), is_read, "{}", rule);
    }
}

fn parts(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.len() + map.values().map(parts).sum::<usize>(),
        Value::Array(list) => list.len() + list.iter().map(parts).sum::<usize>(),
        _ => 0,
    }
}

fn change(value: &mut Value, left: &mut usize, is_added: bool) -> bool {
    match value {
        Value::Object(map) => {
            if *left < map.len() {
                let key = map.keys().nth(*left).unwrap().clone();
                if is_added {
                    map.insert("strange".to_owned(), json!("x"))
                } else {
                    map.remove(&key)
                };
                return true;
            }
            *left -= map.len();
            map.values_mut().any(|child| change(child, left, is_added))
        }
        Value::Array(list) => {
            if *left < list.len() {
                if is_added {
                    list.push(json!(null))
                } else {
                    drop(list.remove(*left))
                };
                return true;
            }
            *left -= list.len();
            list.iter_mut().any(|child| change(child, left, is_added))
        }
        _ => false,
    }
}

#[test]
fn the_schema_names_every_type_of_identifier() {
    for kind in perennial_domain::identity::IdentifierType::ALL {
        assert!(is_valid(&json!({ "identifier": kind.code() })), "{}", kind.code());
    }
}
