//! Code, link and owner of a group.

use super::community_dto::{CommunityDto, CommunityGroupBody};
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPathPair};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::communities;

/// Changes a group, if its own version is still that of `If-Match`. Facts name it by the new code from then on; what they told before
/// stays.
#[utoipa::path(
    put, path = "/api/v1/communities/{id}/groups/{group}", operation_id = "update_community_group", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "pour_over"),
        ("group" = i64, Path, description = "The number of the group", example = 1),
        ("If-Match" = String, Header, description = "The version of the group as it was read", example = "\"1\""),
    ),
    request_body = CommunityGroupBody,
    responses(
        (status = 200, body = CommunityDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: another group has this code"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPathPair(code, group): ApiPathPair,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CommunityGroupBody>,
) -> Result<Json<CommunityDto>, Problem> {
    let expected = expected_version(&headers)?;
    let number: i64 = group.parse().map_err(|_| Problem::not_found("group"))?;
    let community = communities::update_group(&state.app, &actor, &code, number, expected, body.read()).await;
    Ok(Json(community.map_err(problem_of_communities)?.into()))
}
