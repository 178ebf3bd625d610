//! Closes a test with a verdict. What it came to is kept, and it never changes again.

use super::innovation_test_dto::{InnovationTestDto, TestVerdictDto};
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
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosingBody {
    pub verdict: TestVerdictDto,
    /// Up to 1000 characters; empty when absent.
    pub note: Option<String>,
}

/// Closes a test with a verdict. What it came to is kept, and it never changes again.
#[utoipa::path(
    post, path = "/api/v1/innovation-tests/{id}/close", operation_id = "close_innovation_test", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "tst_1c9f0x3kq2m7z8w4p"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = ClosingBody,
    responses(
        (status = 200, body = InnovationTestDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is closed, or an arm has nobody"),
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
    ApiJson(body): ApiJson<ClosingBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let note = body.note.unwrap_or_default();
    let found = insights::close_test(&state.app, &actor, &id, expected, body.verdict.read(), &note).await;
    let found = found.map_err(problem_of_insights)?;
    Ok((AppendHeaders(etag(found.version)), Json(InnovationTestDto::from(found))))
}
