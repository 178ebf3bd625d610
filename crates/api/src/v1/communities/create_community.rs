//! A new community.

use super::community_dto::{CommunityDto, NewCommunityBody};
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::communities::{self, Community};

/// Invites everybody who is in a segment now into as few groups as hold them, evenly. It is written down who is invited where;
/// nothing is sent.
#[utoipa::path(
    post, path = "/api/v1/communities", operation_id = "create_community", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewCommunityBody,
    responses(
        (status = 201, body = CommunityDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is one with this code, or a group with one of its groups' codes"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewCommunityBody>,
) -> Result<(StatusCode, Json<CommunityDto>), Problem> {
    let answer = |community: &Community| kept(StatusCode::CREATED, &CommunityDto::from(community.clone()));
    let once = key.once(&answer);
    let created = communities::create_community(&state.app, &state.live, &actor, body.read(), &once).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_communities)?.into())))
}
