//! What is kept aside of a source.

use super::problem_of_plans;
use crate::auth::{Allowed, SourcesRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::plans::{self, Held, HeldCount, HeldQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "quarantined_facts";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QuarantineParams {
    /// Only those of this event; goes with `event_type`.
    #[param(example = "Order Completed")]
    pub event: Option<String>,
    /// Goes with `event`.
    #[param(example = "track")]
    pub event_type: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before: newer ones.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuarantinePage {
    /// The oldest first.
    pub items: Vec<QuarantinedFact>,
    pub next_cursor: Option<String>,
    /// Of each event how many are kept aside now, whatever the page shows.
    pub events: Vec<QuarantinedEvent>,
}

/// A fact that is kept aside, without its values.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuarantinedFact {
    #[schema(example = 4711)]
    pub id: i64,
    /// When it came.
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(example = "track")]
    pub event_type: String,
    #[schema(example = "Order Completed")]
    pub event: String,
    pub message_id: String,
    pub violations: Vec<QuarantineReason>,
    /// Names and types of its properties.
    #[schema(example = "{total: text}")]
    pub shape: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuarantineReason {
    /// `unknown_event`, `missing_property`, `wrong_type`, `wrong_value` or `unknown_property`.
    #[schema(example = "wrong_type")]
    pub kind: String,
    #[schema(example = "total")]
    pub property: String,
    #[schema(example = "number")]
    pub allowed: String,
    #[schema(example = "text 99,99")]
    pub found: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuarantinedEvent {
    #[schema(example = "track")]
    pub event_type: String,
    #[schema(example = "Order Completed")]
    pub event: String,
    #[schema(example = 3)]
    pub facts: i64,
    #[schema(format = DateTime)]
    pub first_at: String,
    #[schema(format = DateTime)]
    pub last_at: String,
}

impl From<Held> for QuarantinedFact {
    fn from(held: Held) -> Self {
        let reasons = held.violations.into_iter().map(|one| QuarantineReason {
            kind: one.kind,
            property: one.property,
            allowed: one.allowed,
            found: one.found,
        });
        Self {
            id: held.id,
            at: held.at.rfc3339(),
            event_type: held.event_type,
            event: held.event,
            message_id: held.message_id,
            violations: reasons.collect(),
            shape: held.shape,
        }
    }
}

impl From<HeldCount> for QuarantinedEvent {
    fn from(count: HeldCount) -> Self {
        Self {
            event_type: count.event_type,
            event: count.event,
            facts: count.facts,
            first_at: count.first_at.rfc3339(),
            last_at: count.last_at.rfc3339(),
        }
    }
}

/// Facts of a source that are kept aside because they are not as planned.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/quarantine", operation_id = "list_quarantined_facts", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk"), QuarantineParams),
    responses(
        (status = 200, body = QuarantinePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<QuarantineParams>,
) -> Result<Json<QuarantinePage>, Problem> {
    let after = params.cursor.as_deref().map(|cursor| page::decode(LIST, cursor)).transpose()?;
    let after = after.map(|key| key.parse().map_err(|_| page::invalid_cursor())).transpose()?;
    let limit = page::checked_limit(params.limit)?;
    let event = match (params.event_type, params.event) {
        (Some(event_type), Some(event)) => Some((event_type, event)),
        (None, None) => None,
        (None, Some(_)) => return Err(incomplete("event_type")),
        (Some(_), None) => return Err(incomplete("event")),
    };
    let query = HeldQuery { event, after };
    let found = plans::held_page(&state.app, &actor, &id, &query, limit).await.map_err(problem_of_plans)?;
    let events = plans::held_facts(&state.app, &actor, &id).await.map_err(problem_of_plans)?;
    Ok(Json(QuarantinePage {
        items: found.facts.into_iter().map(QuarantinedFact::from).collect(),
        next_cursor: found.next_after.map(|id| page::encode(LIST, &id.to_string())),
        events: events.into_iter().map(QuarantinedEvent::from).collect(),
    }))
}

fn incomplete(name: &str) -> Problem {
    Problem::invalid(vec![ProblemField::new(name, "missing", "both event_type and event, or neither")])
}
