//! Removes a matrix.

use super::problem_of_matrices;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use perennial_app::matrices;

/// Removes a matrix with what is published of it, if its version is still that of the ETag.
#[utoipa::path(
    delete, path = "/api/v1/matrices/{id}", operation_id = "remove_matrix", tag = "matrices",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "teas"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    responses(
        (status = 204, description = "it is gone"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let expected = expected_version(&headers)?;
    matrices::remove_matrix(&state.app, &actor, &code, expected).await.map_err(problem_of_matrices)?;
    Ok(StatusCode::NO_CONTENT)
}
