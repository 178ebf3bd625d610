//! A new clustering.

use super::clustering_dto::{ClusteringDto, NewClustering};
use super::problem_of_clusters;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clusters::{self, Clustering};

/// Asks for clusters. A job finds them; its progress is read with the clustering.
#[utoipa::path(
    post, path = "/api/v1/clusterings", operation_id = "create_clustering", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewClustering,
    responses(
        (status = 201, body = ClusteringDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewClustering>,
) -> Result<(StatusCode, Json<ClusteringDto>), Problem> {
    let answer = |clustering: &Clustering| kept(StatusCode::CREATED, &ClusteringDto::from(clustering.clone()));
    let created = clusters::create_clustering(&state.app, &actor, body.settings(), &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_clusters)?.into())))
}
