//! The JSON form of a rule.
//!
//! Each clause is an object whose first key says what it is (`tag`, `field`, `count`, …) with the keys of its test beside it.
//! Unknown keys are refused. `rules/schema.json` says the same for other programs. Invariant: `read(&write(rule)) == rule`.

mod place;
mod read;
mod write;

pub(super) use read::parse_money;
pub use read::read;
pub(super) use write::literal;
pub use write::write;

use super::problem::Problem;
use super::tree::Rule;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// From the bytes of a request or a file. Its size is checked first.
pub fn read_text(text: &str) -> Result<Rule, Problem> {
    if text.len() > super::limits::RULE_BYTES_MAX {
        return Err(Problem::new("", format!("at most {} bytes of JSON", super::limits::RULE_BYTES_MAX)));
    }
    let value = serde_json::from_str(text).map_err(|error| Problem::new("", format!("no JSON: {error}")))?;
    read(&value)
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        read(&value).map_err(serde::de::Error::custom)
    }
}
