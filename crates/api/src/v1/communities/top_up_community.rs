//! Who came into the segment of a community since is invited too.

use super::community_dto::CommunityToppedUpDto;
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::communities::{self, ToppedUp};

/// Invites who is in the segment and was not invited yet: groups with room first, the emptiest before others, then new ones. Nobody is
/// invited twice.
#[utoipa::path(
    post, path = "/api/v1/communities/{id}/top-up", operation_id = "top_up_community", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "pour_over"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    responses(
        (status = 200, body = CommunityToppedUpDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the community or its segment is archived, or a new group's code is taken"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request: more than 500 groups would be needed"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
    key: Key,
) -> Result<Json<CommunityToppedUpDto>, Problem> {
    let answer = |done: &ToppedUp| kept(StatusCode::OK, &CommunityToppedUpDto::from(done.clone()));
    let done = communities::top_up(&state.app, &state.live, &actor, &code, &key.once(&answer)).await;
    Ok(Json(done.map_err(problem_of_communities)?.into()))
}
