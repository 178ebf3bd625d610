//! Another name of a community; archived, restored.

use super::community_dto::{CommunityBody, CommunityDto};
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::communities;

/// Renames a community, archives or restores it, if its version is still that of the ETag. Into an archived one nobody is invited and
/// nothing is written down by hand; what facts tell is noted still.
#[utoipa::path(
    put, path = "/api/v1/communities/{id}", operation_id = "update_community", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "pour_over"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = CommunityBody,
    responses(
        (status = 200, body = CommunityDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
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
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CommunityBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let community = communities::update_community(&state.app, &actor, &code, expected, body.read()).await;
    let community = community.map_err(problem_of_communities)?;
    Ok((AppendHeaders(etag(community.row.version)), Json(CommunityDto::from(community))))
}
