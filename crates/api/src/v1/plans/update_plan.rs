//! Change of a source's plan.

use super::plan_body::PlanBody;
use super::plan_dto::PlanDto;
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::plans;

/// Replaces mode and draft, if the plan is still that of the ETag. The frozen version stays as it is.
#[utoipa::path(
    put, path = "/api/v1/sources/{id}/plan", operation_id = "update_plan", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The ETag of GET /api/v1/sources/{id}/plan", example = "\"0\""),
    ),
    request_body = PlanBody,
    responses(
        (status = 200, body = PlanDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PlanBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let (mode, draft) = body.parts()?;
    let plan = plans::update_plan(&state.app, &actor, &id, expected, mode, draft).await.map_err(problem_of_plans)?;
    state.intake.forget_sources();
    Ok((AppendHeaders(etag(plan.version)), Json(PlanDto::from(plan))))
}
