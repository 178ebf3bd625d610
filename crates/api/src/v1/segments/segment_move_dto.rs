//! Why somebody came into a segment or left it, in JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentMoveCause {
    Fact,
    /// A field, a tag, a consent or another state.
    Profile,
    Merge,
    Time,
    /// The rule, a rule that it stands on, or a threshold became another one.
    Rule,
    /// It happened while no server ran, or faster than was followed.
    Found,
}

impl SegmentMoveCause {
    pub fn of(code: &str) -> Self {
        match code {
            "fact" => Self::Fact,
            "profile" => Self::Profile,
            "merge" => Self::Merge,
            "time" => Self::Time,
            "rule" => Self::Rule,
            _ => Self::Found,
        }
    }
}
