//! One community.

use super::community_dto::CommunityDto;
use super::problem_of_communities;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::communities;

/// A community with its groups: how many were invited into each, and how many have joined; of those whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/communities/{id}", operation_id = "get_community", tag = "communities",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "pour_over")),
    responses(
        (status = 200, body = CommunityDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let community = communities::get_community(&state.app, &actor, &code).await.map_err(problem_of_communities)?;
    Ok((AppendHeaders(etag(community.row.version)), Json(CommunityDto::from(community))))
}
