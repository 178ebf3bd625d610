//! A new value run.

use super::problem_of_value;
use super::run_dto::ValueRunDto;
use crate::auth::{Allowed, ValueRun};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::customers::ValueRunRow;
use perennial_app::value;

/// Puts a value run in the queue; one that waits already serves both.
#[utoipa::path(
    post, path = "/api/v1/value/runs", operation_id = "create_value_run", tag = "value",
    security(("session" = ["value.run"]), ("token" = ["value.run"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    responses(
        (status = 202, body = ValueRunDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ValueRun>,
    key: Key,
) -> Result<(StatusCode, Json<ValueRunDto>), Problem> {
    let answer = |run: &ValueRunRow| kept(StatusCode::ACCEPTED, &ValueRunDto::from(run.clone()));
    let run = value::request_run(&state.app, &actor, &key.once(&answer)).await.map_err(problem_of_value)?;
    Ok((StatusCode::ACCEPTED, Json(run.into())))
}
