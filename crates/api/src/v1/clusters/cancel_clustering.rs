//! Cancels a clustering.

use super::clustering_dto::ClusteringDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;

/// Its job stops at the next safe place; nothing is kept of what it found.
#[utoipa::path(
    post, path = "/api/v1/clusterings/{id}/cancel", operation_id = "cancel_clustering", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p")),
    responses(
        (status = 200, body = ClusteringDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it has ended"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<ClusteringDto>, Problem> {
    let found = clusters::cancel_clustering(&state.app, &actor, &id).await.map_err(problem_of_clusters)?;
    Ok(Json(found.into()))
}
