//! Places everybody anew.

use super::clustering_dto::ClusteringDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;

/// Places everybody anew by the nearest centre, as things are now, and sets the tags. A job does it; asked twice, it is done once.
/// Needs `tags.manage` besides where the clustering keeps tags.
#[utoipa::path(
    post, path = "/api/v1/clusterings/{id}/assignment", operation_id = "assign_clusters", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p")),
    responses(
        (status = 200, body = ClusteringDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is not done"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<ClusteringDto>, Problem> {
    let found = clusters::ask_assignment(&state.app, &actor, &id).await.map_err(problem_of_clusters)?;
    Ok(Json(found.into()))
}
