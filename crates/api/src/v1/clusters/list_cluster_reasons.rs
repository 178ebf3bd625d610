//! Reasons that surveys gave, by cluster.

use super::problem_of_clusters;
use super::research_dto::ClusterReasons;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;
use serde::Deserialize;
use utoipa::IntoParams;

const FIELD_USUAL: &str = "churn_reason";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClusterReasonsParams {
    /// A field that is a choice, or choices; `churn_reason` when absent.
    #[param(example = "churn_reason")]
    pub field: Option<String>,
}

/// What customers answered in surveys, as shares with their 95 % interval: of all, and in each cluster. What goes with churn by
/// behaviour stands beside, as `drivers` of the clustering.
#[utoipa::path(
    get, path = "/api/v1/clusterings/{id}/reasons", operation_id = "list_cluster_reasons", tag = "clusters",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p"), ClusterReasonsParams),
    responses(
        (status = 200, body = ClusterReasons),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<ClusterReasonsParams>,
) -> Result<Json<ClusterReasons>, Problem> {
    let field = params.field.as_deref().unwrap_or(FIELD_USUAL);
    let found = clusters::reasons(&state.app, &actor, &id, field).await.map_err(problem_of_clusters)?;
    Ok(Json(ClusterReasons::of(&id, found)))
}
