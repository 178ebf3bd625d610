//! An end to an import.

use super::import_dto::ImportDto;
use super::problem_of_import;
use crate::auth::{Allowed, ImportsRun};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::imports;

/// Asks an import to stop at the next safe place; what is accepted stays.
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/cancel", operation_id = "cancel_import", tag = "imports",
    security(("session" = ["imports.run"]), ("token" = ["imports.run"])),
    params(("id" = String, Path, example = "imp_1c9f0x3abcdefghjk")),
    responses(
        (status = 202, body = ImportDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: there is no unfinished import with this id"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ImportsRun>,
    ApiPath(id): ApiPath,
) -> Result<(StatusCode, Json<ImportDto>), Problem> {
    imports::cancel(&state.app, &actor, &id).await.map_err(problem_of_import)?;
    let view = imports::view(&state.app, &id).await.map_err(problem_of_import)?;
    Ok((StatusCode::ACCEPTED, Json(view.into())))
}
