//! Interviews about a cluster.

use super::research_dto::ClusterInterviewPage;
use super::{problem_of_clusters, read_cluster_id};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clusters;

/// Interviews and panels about a cluster, the newest first.
#[utoipa::path(
    get, path = "/api/v1/clusters/{id}/interviews", operation_id = "list_cluster_interviews", tag = "clusters",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "clu_1c9f0x3kq2m7z8w4p.3", description = "The clustering, a point, and the number of the cluster"), PageParams),
    responses(
        (status = 200, body = ClusterInterviewPage),
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
) -> Result<Json<ClusterInterviewPage>, Problem> {
    let (limit, list) = (params.limit()?, format!("cluster_interviews/{id}"));
    let behind = params.after(&list)?;
    let behind = behind.as_deref().map(|key| {
        let read = key.split_once(':').and_then(|(day, id)| Some((day.parse::<i64>().ok()?, id)));
        read.ok_or_else(page::invalid_cursor)
    });
    let (id, number) = read_cluster_id(&id)?;
    let found = clusters::interviews_of(&state.app, &actor, id, number, behind.transpose()?, limit).await;
    let found = found.map_err(problem_of_clusters)?;
    Ok(Json(ClusterInterviewPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor: found.next.map(|(day, id)| page::encode(&list, &format!("{day}:{id}"))),
    }))
}
