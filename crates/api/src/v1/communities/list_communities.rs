//! All communities.

use super::community_dto::{CommunitiesDto, CommunityItemDto};
use super::problem_of_communities;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::communities;

/// All communities, by code; also archived ones.
#[utoipa::path(
    get, path = "/api/v1/communities", operation_id = "list_communities", tag = "communities",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = CommunitiesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<CommunitiesDto>, Problem> {
    let found = communities::list_communities(&state.app, &actor).await.map_err(problem_of_communities)?;
    Ok(Json(CommunitiesDto { items: found.into_iter().map(CommunityItemDto::from).collect() }))
}
