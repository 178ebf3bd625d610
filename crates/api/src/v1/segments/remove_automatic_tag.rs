//! Lets a tag be set by hand again.

use super::problem_of_segments;
use crate::auth::{Allowed, TagsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::segments;

/// The tag follows no segment any more; who has it keeps it.
#[utoipa::path(
    delete, path = "/api/v1/automatic-tags/{tag}", operation_id = "remove_automatic_tag", tag = "segments",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(("tag" = String, Path, example = "care_liquid")),
    responses(
        (status = 204, description = "it is set by hand again"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(tag): ApiPath,
) -> Result<StatusCode, Problem> {
    segments::remove_automatic_tag(&state.app, &actor, &tag).await.map_err(problem_of_segments)?;
    Ok(StatusCode::NO_CONTENT)
}
