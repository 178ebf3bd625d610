//! Takes an interview back.

use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clusters;

/// Removes an interview that was written down by mistake.
#[utoipa::path(
    delete, path = "/api/v1/cluster-interviews/{id}", operation_id = "remove_cluster_interview", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "itv_1c9f0x3kq2m7z8w4p")),
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
    clusters::remove_interview(&state.app, &actor, &id).await.map_err(problem_of_clusters)?;
    Ok(StatusCode::NO_CONTENT)
}
