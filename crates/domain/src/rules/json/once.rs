//! JSON in which no key of an object stands twice: of two the reader would not know which is meant.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};
use std::fmt;

pub(super) struct Once(pub Json);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once(Json::Null))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Once, E> {
        Ok(Once(Json::Bool(yes)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Once, E> {
        Ok(Once(Json::from(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Once, E> {
        Ok(Once(Json::from(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Once, E> {
        Ok(Once(Json::from(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Once, E> {
        Ok(Once(Json::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Once, A::Error> {
        let mut all = Vec::new();
        while let Some(Once(one)) = list.next_element()? {
            all.push(one);
        }
        Ok(Once(Json::Array(all)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Once, A::Error> {
        let mut map = Map::new();
        while let Some(key) = pairs.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("`{key}` stands twice in one object")));
            }
            let Once(value) = pairs.next_value()?;
            map.insert(key, value);
        }
        Ok(Once(Json::Object(map)))
    }
}
