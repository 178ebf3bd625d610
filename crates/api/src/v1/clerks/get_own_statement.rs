//! The statement of the clerk who asks.

use super::days::Days;
use super::incentive_dto::StatementDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, SignUpsWrite};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;

/// What the clerk who asks earned in these days and what was taken back, line by line.
#[utoipa::path(
    get, path = "/api/v1/clerk/statement", operation_id = "get_own_statement", tag = "clerks",
    security(("session" = ["sign_ups.write"]), ("token" = ["sign_ups.write"])),
    params(Days),
    responses(
        (status = 200, body = StatementDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SignUpsWrite>,
    ApiQuery(days): ApiQuery<Days>,
) -> Result<Json<StatementDto>, Problem> {
    let (from, to) = days.read()?;
    let statement = clerks::own_statement(&state.app, &actor, from, to).await.map_err(problem_of_clerks)?;
    Ok(Json(statement.into()))
}
