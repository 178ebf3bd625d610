//! One matrix.

use super::matrix_dto::MatrixDto;
use super::problem_of_matrices;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::matrices;

/// A matrix: the draft with what it lacks of the layer as it is now, and what is published.
#[utoipa::path(
    get, path = "/api/v1/matrices/{id}", operation_id = "get_matrix", tag = "matrices",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "teas")),
    responses(
        (status = 200, body = MatrixDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let matrix = matrices::get_matrix(&state.app, &actor, &code).await.map_err(problem_of_matrices)?;
    Ok((AppendHeaders(etag(matrix.version)), Json(MatrixDto::from(matrix))))
}
