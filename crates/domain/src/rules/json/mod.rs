//! The JSON form of a rule.
//!
//! Each clause is an object whose first key says what it is (`tag`, `field`, `count`, …) with the keys of its test beside it.
//! Unknown keys are refused, and those that stand twice. There is no `Deserialize`: whoever reads a rule takes
//! [`read_text`], which checks its size before it is read. `rules/schema.json` says the same for other programs. Invariant: `read(&write(rule)) == rule`.

mod once;
mod place;
mod read;
mod write;

pub(super) use read::parse_money;
pub use read::read;
pub use write::write;
pub(super) use write::{canonical, canonical_condition, canonical_quantile, canonical_value, literal};

use super::problem::Problem;
use super::tree::Rule;
use once::Once;
use serde::{Serialize, Serializer};

/// From the bytes of a request or a file. Its size is checked first.
pub fn read_text(text: &str) -> Result<Rule, Problem> {
    if text.len() > super::limits::RULE_BYTES_MAX {
        return Err(Problem::new("", format!("at most {} bytes of JSON", super::limits::RULE_BYTES_MAX)));
    }
    let once: Once = serde_json::from_str(text).map_err(|error| Problem::new("", format!("no JSON: {error}")))?;
    read(&once.0)
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self).serialize(serializer)
    }
}
