//! Another interview about a cluster.

use super::research_dto::{ClusterInterviewDto, NewClusterInterview};
use super::{problem_of_clusters, read_cluster_id};
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clusters::{self, Interview};

/// Writes down what somebody heard. The part of interviews that support their hypothesis is how far a cluster is verified.
#[utoipa::path(
    post, path = "/api/v1/clusters/{id}/interviews", operation_id = "create_cluster_interview", tag = "clusters",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p.3", description = "The clustering, a point, and the number of the cluster"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = NewClusterInterview,
    responses(
        (status = 201, body = ClusterInterviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is not done"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<NewClusterInterview>,
) -> Result<(StatusCode, Json<ClusterInterviewDto>), Problem> {
    let (id, number) = read_cluster_id(&id)?;
    let (said, customer) = body.read()?;
    let answer = |one: &Interview| kept(StatusCode::CREATED, &ClusterInterviewDto::from(one.clone()));
    let once = key.once(&answer);
    let created = clusters::record_interview(&state.app, &actor, id, number, said, customer, &once).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_clusters)?.into())))
}
