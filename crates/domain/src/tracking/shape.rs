//! The shape of a message without its values: names and types, for whoever looks for the fault.
//!
//! Invariants: no value leaves this module; a name that may be a person's (with an `@` or five digits) is masked; the
//! result is bounded, whatever is sent.

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Write};

const NAMES_MAX: usize = 40;
const NAME_CHARACTERS_MAX: usize = 40;
const DEPTH_MAX: usize = 4;
const BYTES_MAX: usize = 2_000;

enum Shape {
    Word(&'static str),
    List(usize),
    Object(Vec<(String, Shape)>, usize),
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Shape;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("JSON")
            }
            fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
                Ok(Shape::Word("text"))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
                Ok(Shape::Word("number"))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
                Ok(Shape::Word("number"))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
                Ok(Shape::Word("number"))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
                Ok(Shape::Word("boolean"))
            }
            fn visit_unit<E>(self) -> Result<Shape, E> {
                Ok(Shape::Word("null"))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
                let mut count = 0;
                while items.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Shape::List(count))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Shape, A::Error> {
                let mut names = Vec::new();
                let mut more = 0;
                while let Some(name) = entries.next_key::<String>()? {
                    if names.len() < NAMES_MAX {
                        names.push((shown_name(&name), entries.next_value()?));
                    } else {
                        entries.next_value::<IgnoredAny>()?;
                        more += 1;
                    }
                }
                Ok(Shape::Object(names, more))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A name that a sender made up, as it may be shown: masked where it may be a person's, and not longer than a few words.
pub fn shown_name(name: &str) -> String {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if name.contains('@') || digits >= 5 {
        return "…".to_owned();
    }
    name.chars().filter(|letter| !letter.is_control()).take(NAME_CHARACTERS_MAX).collect()
}

/// Such as `{type: text, properties: {total: number, products: list of 2}}`.
pub fn shape_of(json: &str) -> String {
    let mut text = String::new();
    match serde_json::from_str::<Shape>(json) {
        Ok(shape) => write(&mut text, &shape, 1),
        Err(_) => text.push_str("not JSON"),
    }
    if text.len() > BYTES_MAX {
        let end = (0..=BYTES_MAX).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

fn write(text: &mut String, shape: &Shape, depth: usize) {
    match shape {
        Shape::Word(word) => text.push_str(word),
        Shape::List(count) => write!(text, "list of {count}").unwrap_or_default(),
        Shape::Object(names, more) if depth > DEPTH_MAX => {
            write!(text, "object of {}", names.len() + more).unwrap_or_default();
        }
        Shape::Object(names, more) => {
            text.push('{');
            for (place, (name, inner)) in names.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { ", " });
                text.push_str(name);
                text.push_str(": ");
                write(text, inner, depth + 1);
            }
            if *more > 0 {
                write!(text, ", … {more} more").unwrap_or_default();
            }
            text.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_names_and_types_and_no_values() {
        let json =
            r#"{"type":"track","userId":13812345678,"ok":true,"no":null,"properties":{"total":1.5,"products":[1,{}]}}"#;
        let shape =
            "{type: text, userId: number, ok: boolean, no: null, properties: {total: number, products: list of 2}}";
        assert_eq!(shape_of(json), shape);
        assert_eq!(shape_of("{\"type\":"), "not JSON");
        assert_eq!(shape_of("\"ann@example.com\""), "text");
    }

    #[test]
    fn names_that_may_be_a_persons_are_masked_and_large_shapes_are_cut() {
        assert_eq!(shape_of(r#"{"ann@example.com":1,"13812345678":1,"a1":1}"#), "{…: number, …: number, a1: number}");
        let many: Vec<String> = (0..1_000).map(|place| format!("\"{}{place}\":1", "n".repeat(60))).collect();
        let shape = shape_of(&format!("{{{}}}", many.join(",")));
        assert!(shape.len() <= BYTES_MAX + '…'.len_utf8() && shape.ends_with('…'), "{shape}");
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        assert_eq!(shape_of(&deep), "{a: {a: {a: {a: object of 1}}}}");
        assert_eq!(shape_of(&format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000))), "not JSON");
    }
}
