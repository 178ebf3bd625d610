//! Another name of a clustering.

use super::clustering_dto::{ClusterNames, ClusteringDto};
use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::clusters;

/// Changes name and description, if the version is still that of the ETag. What it asks for stays: whoever wants other clusters
/// makes another clustering.
#[utoipa::path(
    put, path = "/api/v1/clusterings/{id}", operation_id = "update_clustering", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = ClusterNames,
    responses(
        (status = 200, body = ClusteringDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<ClusterNames>,
) -> Result<impl IntoResponse, Problem> {
    let (expected, description) = (expected_version(&headers)?, body.description.unwrap_or_default());
    let found = clusters::update_clustering(&state.app, &actor, &id, expected, &body.name, &description).await;
    let found = found.map_err(problem_of_clusters)?;
    Ok((AppendHeaders(etag(found.head.version)), Json(ClusteringDto::from(found))))
}
