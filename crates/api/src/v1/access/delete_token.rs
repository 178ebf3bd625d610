//! Revoking a token.

use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::access;

/// Revokes a token at once.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", operation_id = "delete_token", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(("id" = String, Path, example = "tok_1c9f0x3abcdefghjk")),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    ApiPath(id): ApiPath,
) -> Result<StatusCode, Problem> {
    access::revoke_token(&state.app, &actor, &id).await.map_err(problem_of_access)?;
    Ok(StatusCode::NO_CONTENT)
}
