//! A few properties out of what a sender says, without making values of all the rest.
//!
//! Invariant: a value is found here exactly where it is found by reading everything.

use super::properties::{PROPERTIES_MAX, VALUES_MAX, scalar, told_by};
use crate::rules::limits::NAME_CHARACTERS_MAX;
use crate::rules::oracle::Named;
use crate::rules::value::Value;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Those of the properties that have one of these names.
pub(super) fn told_of(properties: Option<&str>, names: &BTreeSet<String>) -> Named {
    let Some(text) = properties else { return Named::new() };
    // What stands within an object has a name with a point, and may be told in two ways.
    let is_plain = |name: &String| !name.contains('.') && !name.is_empty();
    let found = if names.iter().all(is_plain) { read(text, names) } else { None };
    found.unwrap_or_else(|| {
        let mut all = told_by(properties);
        all.retain(|name, _| names.contains(name));
        all
    })
}

/// `None` where only reading everything tells.
fn read(text: &str, names: &BTreeSet<String>) -> Option<Named> {
    // Behind each name stands a colon: of so few all are looked at.
    if text.bytes().filter(|byte| *byte == b':').count() > PROPERTIES_MAX {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut found = Found { names, named: Named::new(), is_strange: false };
    let is_read = (&mut found).deserialize(&mut reader).is_ok() && reader.end().is_ok();
    match found {
        Found { is_strange: true, .. } => None,
        Found { named, .. } if is_read => Some(named),
        // What is no JSON says nothing.
        Found { .. } => Some(Named::new()),
    }
}

struct Found<'n> {
    names: &'n BTreeSet<String>,
    named: Named,
    /// There is a name whose parts cannot be told from others.
    is_strange: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Found<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Found<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(name)) = map.next_key::<Key<'de>>()? {
            self.is_strange |= name.is_empty();
            if self.names.contains(&*name) {
                // Of a name that stands twice the last one counts.
                let values = values(map.next_value::<Json>()?);
                let is_name = name.chars().count() <= NAME_CHARACTERS_MAX && !name.chars().any(char::is_control);
                if values.is_empty() || !is_name {
                    self.named.remove(&*name);
                } else {
                    self.named.insert(name.into_owned(), values);
                }
            } else {
                map.next_value::<Skip>()?;
            }
        }
        Ok(())
    }

    // Something else than an object says nothing, but it has to be read to its end.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<Skip>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

fn values(value: Json) -> Vec<Value> {
    match &value {
        Json::Array(list) => list.iter().take(VALUES_MAX).filter_map(scalar).collect(),
        one => scalar(one).into_iter().collect(),
    }
}

/// A name, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// What nobody asks for. It is looked through as if it were wanted, so that the same texts are no JSON.
struct Skip;

impl<'de> Deserialize<'de> for Skip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nothing = BTreeSet::new();
        let mut found = Found { names: &nothing, named: Named::new(), is_strange: false };
        deserializer.deserialize_any(&mut found).map(|()| Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_read_as_all_are() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(200), "]".repeat(200));
        let many: Vec<String> = (0..300).map(|number| format!("\"n{number:03}\": {number}")).collect();
        let many = format!("{{{}, \"a\": 1}}", many.join(","));
        for text in [
            r#"{"a": 1, "b": "x", "c": true}"#,
            r#"{"b": 1, "a": [1, "x", {"y": 2}, null], "c": {"a": 5}}"#,
            r#"{"a": 1, "a": null}"#,
            r#"{"a": null, "a": 2.5}"#,
            r#"{"": {"a": 7}}"#,
            r#"{"a": 1, "": {"a": 7}}"#,
            r#"{"a": {"b": 1}, "a.b": 2, "b": "\u00e4\n"}"#,
            r#"{"a": 1, "z": 1e999}"#,
            r#"{"a": 1, "z": "\ud800"}"#,
            r#"{"a": 1} x"#,
            r#"{"a": 12345678901234567890123, "b": 0.1234567}"#,
            "[1, 2]",
            "7",
            "\"a\"",
            "null",
            "",
            "{\"a\": 1",
            &deep,
            &many,
        ] {
            for names in [&["a"][..], &["a", "b"], &["a.b"], &["a", "a.b", "c.a"], &["n005", "a"], &[]] {
                let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
                let mut all = told_by(Some(text));
                all.retain(|name, _| names.contains(name));
                assert_eq!(told_of(Some(text), &names), all, "{text}: {names:?}");
            }
        }
    }
}
