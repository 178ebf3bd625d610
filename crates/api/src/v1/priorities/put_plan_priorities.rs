//! Another version of the priorities of plans.

use super::priority_dto::{PlanPrioritiesBody, PlanPrioritiesDto};
use super::problem_of_priorities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::priorities;

/// Replaces the whole table, if its version is still that of the ETag (`"0"` before the first). Every version is kept; where nothing is
/// different, none is added.
#[utoipa::path(
    put, path = "/api/v1/plan-priorities", operation_id = "put_plan_priorities", tag = "matrices",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("If-Match" = String, Header, description = "The version as it was read", example = "\"1\"")),
    request_body = PlanPrioritiesBody,
    responses(
        (status = 200, body = PlanPrioritiesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PlanPrioritiesBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let saved = priorities::put_priorities(&state.app, &actor, expected, body.read()).await;
    let saved = saved.map_err(problem_of_priorities)?;
    Ok((AppendHeaders(etag(saved.version)), Json(PlanPrioritiesDto::from(saved))))
}
