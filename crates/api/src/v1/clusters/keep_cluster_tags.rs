//! Tags that follow a clustering.

use super::clustering_dto::ClusteringDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, TagsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::clusters;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterTagsBody {
    /// The code of a new group of tags: a to z, 0 to 9 and _, 1 to 36, a letter first. Its tags have the number of the cluster
    /// behind it.
    #[schema(example = "buyers")]
    pub group: String,
}

/// Makes an exclusive group with a tag for each cluster, and sets the tags of everybody. They follow whenever everybody is
/// placed anew. Needs `segments.manage` besides.
#[utoipa::path(
    put, path = "/api/v1/clusterings/{id}/tags", operation_id = "keep_cluster_tags", tag = "clusters",
    security(("session" = ["tags.manage"]), ("token" = ["tags.manage"])),
    params(
        ("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = ClusterTagsBody,
    responses(
        (status = 200, body = ClusteringDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is not done, or the code is taken"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TagsManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<ClusterTagsBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let found = clusters::keep_tags(&state.app, &actor, &id, expected, &body.group).await;
    let found = found.map_err(problem_of_clusters)?;
    Ok((AppendHeaders(etag(found.head.version)), Json(ClusteringDto::from(found))))
}
