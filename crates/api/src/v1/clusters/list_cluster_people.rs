//! Who is in a cluster.

use super::{problem_of_clusters, read_cluster_id};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::PageParams;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::people_dto::{RulePeoplePage, behind};
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;

/// The customers in a cluster whom the caller sees, as they were last placed.
#[utoipa::path(
    get, path = "/api/v1/clusters/{id}/people", operation_id = "list_cluster_people", tag = "clusters",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p.3", description = "The clustering, a point, and the number of the cluster"), PageParams),
    responses(
        (status = 200, body = RulePeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is not done"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<RulePeoplePage>, Problem> {
    let (limit, list) = (params.limit()?, format!("cluster_people/{id}"));
    let after = behind(&list, params.cursor.as_deref())?;
    let (id, number) = read_cluster_id(&id)?;
    let found = clusters::cluster_people(&state.app, &actor, id, number, after, limit).await;
    Ok(Json(RulePeoplePage::of(&found.map_err(problem_of_clusters)?, &list)))
}
