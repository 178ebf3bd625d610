//! Another draft of a matrix.

use super::matrix_dto::{MatrixBody, MatrixDto};
use super::problem_of_matrices;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::matrices;

/// Replaces the draft, if its version is still that of the ETag. What is published stays as it is; where nothing is different,
/// nothing happens.
#[utoipa::path(
    put, path = "/api/v1/matrices/{id}", operation_id = "update_matrix", tag = "matrices",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "teas"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = MatrixBody,
    responses(
        (status = 200, body = MatrixDto, headers(("ETag" = String, description = "for If-Match"))),
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
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<MatrixBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let matrix = matrices::update_matrix(&state.app, &actor, &code, expected, body.read()).await;
    let matrix = matrix.map_err(problem_of_matrices)?;
    Ok((AppendHeaders(etag(matrix.version)), Json(MatrixDto::from(matrix))))
}
