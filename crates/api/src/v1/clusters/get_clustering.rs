//! A clustering with what was found.

use super::clustering_dto::ClusteringDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::clusters;

/// A clustering, its progress, and once it is done the clusters. Averages are of everybody whom it divides; sizes and interviews
/// are of those whom the caller sees. Who sees a part of the customers is told no number of all, and no average of fewer than ten.
#[utoipa::path(
    get, path = "/api/v1/clusterings/{id}", operation_id = "get_clustering", tag = "clusters",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p")),
    responses(
        (status = 200, body = ClusteringDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the result was written by another version of the program"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let found = clusters::get_clustering(&state.app, &actor, &id).await.map_err(problem_of_clusters)?;
    Ok((AppendHeaders(etag(found.head.version)), Json(ClusteringDto::from(found))))
}
