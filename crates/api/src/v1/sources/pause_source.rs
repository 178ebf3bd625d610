//! Pauses a source.

use super::problem_of_sources;
use super::source_dto::SourceDto;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::sources;
use perennial_domain::source::SourceState;

/// Pauses a source: from now on its messages are turned away for good. Needs no ETag, so that it works at once.
#[utoipa::path(
    post, path = "/api/v1/sources/{id}/pause", operation_id = "pause_source", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = SourceDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<SourceDto>, Problem> {
    let source = sources::set_state(&state.app, &actor, &id, SourceState::Paused).await.map_err(problem_of_sources)?;
    state.intake.forget_sources();
    Ok(Json(source.into()))
}
