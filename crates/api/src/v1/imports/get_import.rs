//! One import.

use super::import_dto::ImportDto;
use super::problem_of_import;
use crate::auth::{Allowed, ImportsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::imports;

/// State, progress and result of an import.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", operation_id = "get_import", tag = "imports",
    security(("session" = ["imports.read"]), ("token" = ["imports.read"])),
    params(("id" = String, Path, example = "imp_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = ImportDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ImportsRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<ImportDto>, Problem> {
    Ok(Json(imports::view(&state.app, &id).await.map_err(problem_of_import)?.into()))
}
