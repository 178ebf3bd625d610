//! A decision about what is kept aside, in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::plans::{Decided, Which};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// These facts, 1 to 1000; those that are not there any more are passed over.
    #[schema(example = json!([4711, 4712]), min_items = 1, max_items = 1000)]
    ids: Option<Vec<i64>>,
    /// The oldest facts of this event.
    event: Option<DecisionEvent>,
    /// `true`: the oldest facts.
    all: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionEvent {
    /// As the list shows it.
    #[serde(rename = "type")]
    #[schema(example = "track")]
    kind: String,
    /// As the list shows it.
    #[schema(example = "Order Completed")]
    name: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DecisionResult {
    /// How many facts this was about, at most 1000.
    #[schema(example = 3)]
    pub facts: u64,
    /// Whether more of those that were meant are there: then ask again, with another Idempotency-Key.
    pub more: bool,
}

impl From<&Decided> for DecisionResult {
    fn from(decided: &Decided) -> Self {
        Self { facts: decided.facts, more: decided.more }
    }
}

impl DecisionBody {
    pub fn which(self) -> Result<Which, Problem> {
        match (self.ids, self.event, self.all) {
            (Some(ids), None, None) => Ok(Which::Ids(ids)),
            (None, Some(event), None) => Ok(Which::Event { event_type: event.kind, event: event.name }),
            (None, None, Some(true)) => Ok(Which::All),
            _ => {
                let allowed = "exactly one of ids, event and all: true";
                Err(Problem::invalid(vec![ProblemField::new("", "out_of_range", allowed)]))
            }
        }
    }
}
