//! A clerk's statement.

use super::days::Days;
use super::incentive_dto::StatementDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;

/// What a clerk earned in these days and what was taken back, line by line.
#[utoipa::path(
    get, path = "/api/v1/clerks/{id}/statement", operation_id = "get_statement", tag = "clerks",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    params(("id" = String, Path, example = "clk_1c9f0x3abcdefghjk"), Days),
    responses(
        (status = 200, body = StatementDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
    ApiPath(id): ApiPath,
    ApiQuery(days): ApiQuery<Days>,
) -> Result<Json<StatementDto>, Problem> {
    let (from, to) = days.read()?;
    let statement = clerks::statement(&state.app, &actor, &id, from, to).await.map_err(problem_of_clerks)?;
    Ok(Json(statement.into()))
}
