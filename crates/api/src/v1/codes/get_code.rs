//! One code.

use super::code_dto::CodeDto;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::codes;

/// One code.
#[utoipa::path(
    get, path = "/api/v1/codes/{id}", operation_id = "get_code", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "cod_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = CodeDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let code = codes::get_code(&state.app, &actor, &id).await.map_err(problem_of_codes)?;
    Ok((AppendHeaders(etag(code.version)), Json(CodeDto::from(code))))
}
