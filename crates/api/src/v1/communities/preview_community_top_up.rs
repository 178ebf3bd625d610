//! Who came into the segment of a community since.

use super::community_dto::CommunityTopUpDto;
use super::problem_of_communities;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::communities;

/// How many are in the segment and were not invited yet, and which groups they would go into. Nothing is written down.
#[utoipa::path(
    get, path = "/api/v1/communities/{id}/top-up", operation_id = "preview_community_top_up", tag = "communities",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "pour_over")),
    responses(
        (status = 200, body = CommunityTopUpDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the community or its segment is archived"),
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
) -> Result<Json<CommunityTopUpDto>, Problem> {
    let found = communities::preview_top_up(&state.app, &state.live, &actor, &code).await;
    Ok(Json(found.map_err(problem_of_communities)?.into()))
}
