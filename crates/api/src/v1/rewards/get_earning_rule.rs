//! One rule by which orders earn.

use super::earning_rule_dto::EarningRuleDto;
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::rewards::earning;

/// The rule as its newest version says.
#[utoipa::path(
    get, path = "/api/v1/earning-rules/{id}", operation_id = "get_earning_rule", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    params(("id" = String, Path, example = "base")),
    responses(
        (status = 200, body = EarningRuleDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let rule = earning::get_rule(&state.app, &actor, &code).await.map_err(problem_of_rewards)?;
    Ok((AppendHeaders(etag(rule.version)), Json(EarningRuleDto::from(rule))))
}
