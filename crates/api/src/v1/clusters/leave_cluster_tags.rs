//! Tags follow no longer.

use super::clustering_dto::ClusteringDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, TagsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::clusters;

/// The tags follow the clusters no longer; who has one keeps it. Needs `segments.manage` besides.
#[utoipa::path(
    delete, path = "/api/v1/clusterings/{id}/tags", operation_id = "leave_cluster_tags", tag = "clusters",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(
        ("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    responses(
        (status = 200, body = ClusteringDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let found = clusters::leave_tags(&state.app, &actor, &id, expected).await.map_err(problem_of_clusters)?;
    Ok((AppendHeaders(etag(found.head.version)), Json(ClusteringDto::from(found))))
}
