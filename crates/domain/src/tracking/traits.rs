//! The traits of an `identify`, flat and bounded, as files bring them.
//!
//! Objects inside become dotted names (`address.city`), lists become their JSON. What is too long is cut here; the
//! fact keeps the traits as they were sent.

use crate::fact::Trait;
use serde_json::{Map, Value};

/// Traits of one message; further ones are in the fact only.
const TRAITS_MAX: usize = 200;
const NAME_BYTES_MAX: usize = 100;
const VALUE_BYTES_MAX: usize = 500;
/// Objects in objects, in objects; deeper ones become their JSON.
const DEPTH_MAX: usize = 3;

pub(super) fn traits_of(object: &Map<String, Value>, left_out: &[&str]) -> Vec<Trait> {
    let mut traits = Vec::new();
    for (name, value) in object.iter().filter(|(name, _)| !left_out.contains(&name.as_str())) {
        add(&mut traits, name.clone(), value, 1);
    }
    add_name(&mut traits, object);
    traits.sort_by(|left, right| left.name.cmp(&right.name));
    traits.dedup_by(|later, kept| later.name == kept.name);
    traits
}

fn add(traits: &mut Vec<Trait>, name: String, value: &Value, depth: usize) {
    let text = match value {
        Value::Null => return,
        Value::String(text) => text.clone(),
        Value::Object(inner) if depth < DEPTH_MAX => {
            for (part, value) in inner {
                add(traits, format!("{name}.{part}"), value, depth + 1);
            }
            return;
        }
        other => other.to_string(),
    };
    let name = clean(&name, NAME_BYTES_MAX);
    let value = clean(&text, VALUE_BYTES_MAX);
    if traits.len() < TRAITS_MAX && !name.is_empty() && !value.is_empty() {
        traits.push(Trait { name, value });
    }
}

/// The name of a person is put together where it comes in parts.
fn add_name(traits: &mut Vec<Trait>, object: &Map<String, Value>) {
    if traits.iter().any(|one| one.name == "name") {
        return;
    }
    let part = |camel: &str, snake: &str| {
        let text = object.get(camel).or_else(|| object.get(snake)).and_then(Value::as_str);
        text.map(str::trim).filter(|text| !text.is_empty())
    };
    let parts: Vec<&str> =
        [part("firstName", "first_name"), part("lastName", "last_name")].into_iter().flatten().collect();
    if !parts.is_empty() {
        traits.push(Trait { name: "name".to_owned(), value: clean(&parts.join(" "), VALUE_BYTES_MAX) });
    }
}

/// Without control characters and blanks around, cut between characters.
pub(super) fn clean(text: &str, bytes_max: usize) -> String {
    let mut kept = String::with_capacity(text.len().min(bytes_max));
    for letter in text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        if kept.len() + letter.len_utf8() > bytes_max {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<(String, String)> {
        let object: Map<String, Value> = serde_json::from_str(json).unwrap();
        traits_of(&object, &["email"]).into_iter().map(|one| (one.name, one.value)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn traits_are_flat_texts() {
        let json = r#"{"email":"a@b.c","plan":"gold","age":42,"vip":true,"gone":null,"blank":" ",
            "address":{"city":"Kiel","geo":{"lat":54.3,"deep":{"x":1}}},"tags":["a",1]}"#;
        let expected = [
            ("address.city", "Kiel"),
            ("address.geo.deep", r#"{"x":1}"#),
            ("address.geo.lat", "54.3"),
            ("age", "42"),
            ("plan", "gold"),
            ("tags", r#"["a",1]"#),
            ("vip", "true"),
        ];
        assert_eq!(read(json), pairs(&expected));
    }

    #[test]
    fn a_name_in_parts_is_put_together_and_a_given_one_stays() {
        let parts = r#"{"firstName":"Ann","lastName":" Lee "}"#;
        assert!(read(parts).contains(&("name".to_owned(), "Ann Lee".to_owned())));
        let given = r#"{"first_name":"Ann","name":"Dr. Lee"}"#;
        assert!(read(given).contains(&("name".to_owned(), "Dr. Lee".to_owned())));
    }

    #[test]
    fn what_no_table_can_hold_is_taken_out_or_cut() {
        let long = format!(r#"{{"a\u0000b":"x\u0000y","long":"{}","\u0000":"x"}}"#, "\u{767d}".repeat(400));
        let found = read(&long);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], ("a b".to_owned(), "x y".to_owned()));
        assert_eq!(found[1].1.len(), 498, "whole characters of three bytes");
        let many: Vec<String> = (0..300).map(|place| format!("\"t{place}\":1")).collect();
        assert_eq!(read(&format!("{{{}}}", many.join(","))).len(), TRAITS_MAX);
    }
}
