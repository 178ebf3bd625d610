//! Freezing the draft.

use super::plan_dto::PlanDto;
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::plans::{self, PlanView};

/// Makes the draft the version that facts are held against from now on, if the plan is still that of the ETag.
#[utoipa::path(
    post, path = "/api/v1/sources/{id}/plan/freeze", operation_id = "freeze_plan", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The ETag of GET /api/v1/sources/{id}/plan", example = "\"1\""),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    responses(
        (status = 200, body = PlanDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is no draft"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    key: Key,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let answer = |plan: &PlanView| kept(StatusCode::OK, &PlanDto::from(plan.clone()));
    let frozen = plans::freeze_plan(&state.app, &actor, &id, Some(expected), &key.once(&answer)).await;
    state.intake.forget_sources();
    let plan = frozen.map_err(problem_of_plans)?;
    Ok((AppendHeaders(etag(plan.version)), Json(PlanDto::from(plan))))
}
