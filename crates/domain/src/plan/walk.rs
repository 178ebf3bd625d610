//! Looking into JSON text without reading numbers or keeping what nobody asked for.
//!
//! A value is told by its first byte and looked into only on demand, so that the cost is that of skipping over it. Text
//! that is no JSON ends the walk where it breaks; what was seen until then counts.

use super::document::ValueType;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// `None` for `null`.
pub(super) fn type_of(raw: &RawValue) -> Option<ValueType> {
    let text = raw.get();
    match text.as_bytes().first()? {
        b'n' => None,
        b'"' => Some(ValueType::Text),
        b't' | b'f' => Some(ValueType::Boolean),
        b'[' => Some(ValueType::List),
        b'{' => Some(ValueType::Object),
        _ if text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => Some(ValueType::Number),
        _ => Some(ValueType::Integer),
    }
}

pub(super) fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

pub(super) fn text_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Key<'_>>(raw.get()).ok().map(|key| key.0)
}

/// Calls `visit` for each member of an object; for none of anything else.
pub(super) fn members<'a>(raw: &'a RawValue, visit: impl FnMut(Cow<'a, str>, &'a RawValue)) {
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    // What comes before a break was visited.
    let _ended_early = Members(visit).deserialize(&mut deserializer).is_err();
}

/// Calls `visit` for each element of a list; for none of anything else.
pub(super) fn elements<'a>(raw: &'a RawValue, visit: impl FnMut(&'a RawValue)) {
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    let _ended_early = Elements(visit).deserialize(&mut deserializer).is_err();
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Members<F>(F);

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> DeserializeSeed<'de> for Members<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some((Key(name), value)) = entries.next_entry::<Key<'de>, &'de RawValue>()? {
            (self.0)(name, value);
        }
        Ok(())
    }
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue)> DeserializeSeed<'de> for Elements<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&'de RawValue)> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<&'de RawValue>()? {
            (self.0)(value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_by_how_it_begins() {
        let cases = [
            ("\"1\"", Some(ValueType::Text)),
            ("17", Some(ValueType::Integer)),
            ("-0", Some(ValueType::Integer)),
            ("1.0", Some(ValueType::Number)),
            ("1e400", Some(ValueType::Number)),
            ("123456789012345678901234567890", Some(ValueType::Integer)),
            ("true", Some(ValueType::Boolean)),
            ("false", Some(ValueType::Boolean)),
            ("[]", Some(ValueType::List)),
            ("{}", Some(ValueType::Object)),
            ("null", None),
        ];
        for (json, expected) in cases {
            assert_eq!(type_of(raw(json).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn members_and_elements_are_visited_as_far_as_the_text_holds() {
        let mut seen = Vec::new();
        members(raw(r#"{"a\u0041":1e400,"b":[1,{"c":2}]}"#).unwrap(), |name, value| {
            seen.push((name.into_owned(), value.get().to_owned()));
        });
        assert_eq!(seen, [("aA".to_owned(), "1e400".to_owned()), ("b".to_owned(), "[1,{\"c\":2}]".to_owned())]);
        let mut seen = Vec::new();
        elements(raw(r#"[1, "x" ,{"c":2}]"#).unwrap(), |value| seen.push(value.get().to_owned()));
        assert_eq!(seen, ["1", "\"x\"", "{\"c\":2}"]);
        members(raw("[1]").unwrap(), |_, _| panic!("a list has no members"));
        elements(raw("{}").unwrap(), |_| panic!("an object has no elements"));
        assert!(raw("{\"a\":").is_none());
        assert_eq!(text_of(raw(r#""a\n""#).unwrap()).as_deref(), Some("a\n"));
        assert_eq!(text_of(raw("1").unwrap()), None);
    }
}
