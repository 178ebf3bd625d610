//! A new matrix.

use super::matrix_dto::{MatrixDto, NewMatrixBody};
use super::problem_of_matrices;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::matrices::{self, Matrix};

/// Makes a matrix of a layer. Nothing of it is published yet.
#[utoipa::path(
    post, path = "/api/v1/matrices", operation_id = "create_matrix", tag = "matrices",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewMatrixBody,
    responses(
        (status = 201, body = MatrixDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is one with this code"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewMatrixBody>,
) -> Result<(StatusCode, Json<MatrixDto>), Problem> {
    let answer = |matrix: &Matrix| kept(StatusCode::CREATED, &MatrixDto::from(matrix.clone()));
    let created = matrices::create_matrix(&state.app, &actor, body.read(), &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_matrices)?.into())))
}
