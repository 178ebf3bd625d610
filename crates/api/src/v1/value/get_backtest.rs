//! How good the forecast would have been.

use super::backtest_dto::BacktestDto;
use super::{latest, unit_code};
use crate::auth::{Allowed, ValueRead};
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;

/// The models, fitted to the first part of the history, against what happened then.
#[utoipa::path(
    get, path = "/api/v1/value/backtest", operation_id = "get_backtest", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = BacktestDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "no_value_run; no_backtest: the history is too short"),
    )
)]
pub async fn handler(State(state): State<ApiState>, _: Allowed<ValueRead>) -> Result<Json<BacktestDto>, Problem> {
    let result = latest(&state).await?;
    let missing = || Problem::new(Code::NoBacktest, "the history is too short to hold a part of it out");
    let backtest = result.backtest.as_ref().ok_or_else(missing)?;
    Ok(Json(BacktestDto::of(backtest, unit_code(result.definition.unit))))
}
