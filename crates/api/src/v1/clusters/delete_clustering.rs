//! Deletes a clustering.

use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clusters;

/// Deletes a clustering with its interviews and with who is in which cluster. Tags stay with whoever has them.
/// Needs `tags.manage` besides where the clustering keeps tags.
#[utoipa::path(
    delete, path = "/api/v1/clusterings/{id}", operation_id = "delete_clustering", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p")),
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
    clusters::delete_clustering(&state.app, &actor, &id).await.map_err(problem_of_clusters)?;
    Ok(StatusCode::NO_CONTENT)
}
