//! All matrices.

use super::matrix_dto::{MatricesDto, MatrixItemDto};
use super::problem_of_matrices;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::matrices;

/// All matrices, by code, each with how much it lacks of its layer.
#[utoipa::path(
    get, path = "/api/v1/matrices", operation_id = "list_matrices", tag = "matrices",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = MatricesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<MatricesDto>, Problem> {
    let found = matrices::list_matrices(&state.app, &actor).await.map_err(problem_of_matrices)?;
    Ok(Json(MatricesDto { items: found.into_iter().map(MatrixItemDto::from).collect() }))
}
