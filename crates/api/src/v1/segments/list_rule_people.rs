//! Whom a rule means.

use super::people_dto::{RulePeoplePage, behind};
use super::problem_of_segments;
use super::rule_dto::{RuleDto, told};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::Deserialize;
use utoipa::ToSchema;

const LIST: &str = "rule_people";

/// A rule as text or as JSON, one of both, and which page of people.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulePeopleBody {
    #[schema(example = "never orders in last 60 days")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
    /// How many items, 1 to 200; 50 when absent.
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before, of the same rule.
    pub cursor: Option<String>,
}

/// The customers whom a rule means at this instant, of those whom the caller sees.
#[utoipa::path(
    post, path = "/api/v1/rules/people", operation_id = "list_rule_people", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = RulePeopleBody,
    responses(
        (status = 200, body = RulePeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<RulePeopleBody>,
) -> Result<Json<RulePeoplePage>, Problem> {
    let limit = page::checked_limit(body.limit)?;
    let after = behind(LIST, body.cursor.as_deref())?;
    let told = told(body.text, body.rule)?;
    let found = live::people_of_rule(&state.app, &state.live, &actor, &told, after, limit).await;
    Ok(Json(RulePeoplePage::of(&found.map_err(problem_of_segments)?, LIST)))
}
