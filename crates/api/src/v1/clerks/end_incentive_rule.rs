//! The end of a rule.

use super::problem_of_clerks;
use crate::auth::{Allowed, StoresManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clerks;

/// Ends a rule: it earns nothing from now on, and still takes back what it gave.
#[utoipa::path(
    delete, path = "/api/v1/incentive-rules/{id}", operation_id = "end_incentive_rule", tag = "clerks",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("id" = String, Path, example = "rul_1c9f0x3abcdefghjk")),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    ApiPath(id): ApiPath,
) -> Result<StatusCode, Problem> {
    clerks::end_rule(&state.app, &actor, &id).await.map_err(problem_of_clerks)?;
    Ok(StatusCode::NO_CONTENT)
}
