//! Typed fields that take whatever is sent: another type than the expected one means "not said", never a failure.
//!
//! Only broken JSON fails, and what is not wanted is skipped without being kept.

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// Text, or the text of a number or a truth value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub Option<String>);

impl Text {
    /// Without blanks around it; `None` where nothing is left.
    pub fn trimmed(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    pub fn owned(&self) -> Option<String> {
        self.trimmed().map(str::to_owned)
    }

    /// This one, or the other where nothing is said here.
    pub fn or<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.trimmed().is_some() { self } else { other }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_str<E>(self, value: &str) -> Result<Text, E> {
                Ok(Text(Some(value.to_owned())))
            }
            fn visit_string<E>(self, value: String) -> Result<Text, E> {
                Ok(Text(Some(value)))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
                Ok(Text(Some(value.to_string())))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
                Ok(Text(Some(value.to_string())))
            }
            // The shortest digits that mean this number: those that were written, without an exponent.
            fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
                Ok(Text(Some(value.to_string())))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text(Some(value.to_string())))
            }
            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Text, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// An object of this type; its default for anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Any<T> {
            type Value = T;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(T::default())
            }
            fn visit_str<E>(self, _: &str) -> Result<T, E> {
                Ok(T::default())
            }
            fn visit_i64<E>(self, _: i64) -> Result<T, E> {
                Ok(T::default())
            }
            fn visit_u64<E>(self, _: u64) -> Result<T, E> {
                Ok(T::default())
            }
            fn visit_f64<E>(self, _: f64) -> Result<T, E> {
                Ok(T::default())
            }
            fn visit_bool<E>(self, _: bool) -> Result<T, E> {
                Ok(T::default())
            }
            fn visit_unit<E>(self) -> Result<T, E> {
                Ok(T::default())
            }
        }
        deserializer.deserialize_any(Any(PhantomData)).map(Self)
    }
}

/// A list of such objects; empty for anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Any<T> {
            type Value = Vec<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(Object(item)) = items.next_element::<Object<T>>()? {
                    list.push(item);
                }
                Ok(list)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Vec::new())
            }
            fn visit_str<E>(self, _: &str) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_i64<E>(self, _: i64) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_u64<E>(self, _: u64) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_f64<E>(self, _: f64) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
            fn visit_unit<E>(self) -> Result<Vec<T>, E> {
                Ok(Vec::new())
            }
        }
        deserializer.deserialize_any(Any(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_from_whatever_has_one() {
        let cases = [
            ("\"a\"", Some("a")),
            ("17850", Some("17850")),
            ("-3", Some("-3")),
            ("17850.0", Some("17850")),
            ("27.5", Some("27.5")),
            ("1e21", Some("1000000000000000000000")),
            ("true", Some("true")),
            ("null", None),
            ("[1,[2]]", None),
            ("{\"a\":{\"b\":1}}", None),
        ];
        for (json, expected) in cases {
            assert_eq!(serde_json::from_str::<Text>(json).unwrap().0.as_deref(), expected, "{json}");
        }
        assert!(serde_json::from_str::<Text>("[1,").is_err());
    }

    #[test]
    fn objects_and_lists_of_another_type_are_not_said() {
        #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(default)]
        struct Thing {
            a: Text,
        }
        let thing = |text: &str| Thing { a: Text(Some(text.to_owned())) };
        assert_eq!(serde_json::from_str::<Object<Thing>>("{\"a\":1,\"b\":[]}").unwrap().0, thing("1"));
        for json in ["null", "1", "-1", "1.5", "\"x\"", "true", "[{\"a\":1}]"] {
            assert_eq!(serde_json::from_str::<Object<Thing>>(json).unwrap().0, Thing::default(), "{json}");
        }
        let list = serde_json::from_str::<List<Thing>>("[{\"a\":\"x\"},7]").unwrap().0;
        assert_eq!(list, [thing("x"), Thing::default()]);
        for json in ["null", "1", "-1", "1.5", "\"x\"", "true", "{\"a\":1}"] {
            assert!(serde_json::from_str::<List<Thing>>(json).unwrap().0.is_empty(), "{json}");
        }
    }
}
