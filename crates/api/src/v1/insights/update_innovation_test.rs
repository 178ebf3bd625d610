//! Changes what is said of a test and what was counted, while it runs.

use super::innovation_test_dto::{InnovationTestBody, InnovationTestDto};
use super::problem_of_insights;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::insights;

/// Changes what is said of a test and what was counted, while it runs.
#[utoipa::path(
    put, path = "/api/v1/innovation-tests/{id}", operation_id = "update_innovation_test", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "tst_1c9f0x3kq2m7z8w4p"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = InnovationTestBody,
    responses(
        (status = 200, body = InnovationTestDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the test is closed"),
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
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<InnovationTestBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let found = insights::update_test(&state.app, &actor, &id, expected, body.read()?).await;
    let found = found.map_err(problem_of_insights)?;
    Ok((AppendHeaders(etag(found.version)), Json(InnovationTestDto::from(found))))
}
