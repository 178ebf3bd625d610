//! Publishes the draft of a matrix.

use super::matrix_dto::MatrixDto;
use super::problem_of_matrices;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::matrices;

/// From now on this draft says what customers are shown, if its version is still that of the ETag. Stages that it does not cover see
/// nothing, and are told in the answer.
#[utoipa::path(
    post, path = "/api/v1/matrices/{id}/publish", operation_id = "publish_matrix", tag = "matrices",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "teas"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    responses(
        (status = 200, body = MatrixDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the layer is archived, or does not have a stage any more that the draft names"),
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
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let matrix = matrices::publish_matrix(&state.app, &actor, &code, expected).await.map_err(problem_of_matrices)?;
    Ok((AppendHeaders(etag(matrix.version)), Json(MatrixDto::from(matrix))))
}
