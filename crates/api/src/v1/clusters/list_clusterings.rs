//! All clusterings.

use super::clustering_dto::ClusteringHeadDto;
use super::problem_of_clusters;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClusteringList {
    pub items: Vec<ClusteringHeadDto>,
}

/// All clusterings, the newest first: at most fifty.
#[utoipa::path(
    get, path = "/api/v1/clusterings", operation_id = "list_clusterings", tag = "clusters",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = ClusteringList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<ClusteringList>, Problem> {
    let found = clusters::list_clusterings(&state.app, &actor).await.map_err(problem_of_clusters)?;
    Ok(Json(ClusteringList { items: found.into_iter().map(ClusteringHeadDto::from).collect() }))
}
