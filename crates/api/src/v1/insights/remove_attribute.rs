//! Removes an attribute.

use super::problem_of_insights;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::insights;

/// Removes an attribute; the quadrants of the others follow.
#[utoipa::path(
    delete, path = "/api/v1/attributes/{id}", operation_id = "remove_attribute", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "att_1c9f0x3kq2m7z8w4p")),
    responses(
        (status = 204, description = "it is gone"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(id): ApiPath,
) -> Result<StatusCode, Problem> {
    insights::remove_attribute(&state.app, &actor, &id).await.map_err(problem_of_insights)?;
    Ok(StatusCode::NO_CONTENT)
}
