//! Lets a code lead to its target again.

use super::code_dto::CodeDto;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::codes;
use perennial_domain::code::CodeState;

/// Lets a code lead to its target again.
#[utoipa::path(
    post, path = "/api/v1/codes/{id}/resume", operation_id = "resume_code", tag = "codes",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("id" = String, Path, example = "cod_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = CodeDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<CodeDto>, Problem> {
    let code = codes::set_code_state(&state.app, &actor, &id, CodeState::Active).await.map_err(problem_of_codes)?;
    Ok(Json(code.into()))
}
