//! Both forms of a rule.

use super::problem_of_segments;
use super::rule_dto::{ReadRuleDto, RuleBody, told};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;

/// Reads a rule, as text or as JSON, into both forms, and says all that is wrong with it and where. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/rules/read", operation_id = "read_rule", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = RuleBody,
    responses(
        (status = 200, body = ReadRuleDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<RuleBody>,
) -> Result<Json<ReadRuleDto>, Problem> {
    let told = told(body.text, body.rule)?;
    let read = segments::read_rule(&state.app, &actor, &told).await.map_err(problem_of_segments)?;
    Ok(Json(read.into()))
}
