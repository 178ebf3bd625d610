//! That somebody joined, written down by hand, and taken back.

use super::community_dto::{CommunityInvitationDto, CommunityJoinBody};
use super::problem_of_communities;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPathPair};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::communities;

/// Writes down that an invited customer has joined their group, or takes that back. It becomes a fact of the customer, `Community Joined`
/// or `Community Join Undone`; where it is so already, nothing happens.
#[utoipa::path(
    put, path = "/api/v1/communities/{id}/invitations/{customer}", operation_id = "set_community_join", tag = "communities",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "pour_over"),
        ("customer" = String, Path, example = "cus_7k2m9qx4"),
    ),
    request_body = CommunityJoinBody,
    responses(
        (status = 200, body = CommunityInvitationDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: also who was not invited"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the community is archived, or a touch-point told that they joined"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPathPair(code, customer): ApiPathPair,
    ApiJson(body): ApiJson<CommunityJoinBody>,
) -> Result<Json<CommunityInvitationDto>, Problem> {
    let number = customer_number(&customer)?;
    let invited = communities::set_joined(&state.app, &actor, &code, number, body.joined).await;
    Ok(Json(invited.map_err(problem_of_communities)?.into()))
}
