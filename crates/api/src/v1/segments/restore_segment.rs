//! Takes a segment back.

use super::problem_of_segments;
use super::segment_dto::SegmentDto;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;

/// Takes an archived segment back, where its rule can still be used.
#[utoipa::path(
    post, path = "/api/v1/segments/{id}/restore", operation_id = "restore_segment", tag = "segments",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "champions")),
    responses(
        (status = 200, body = SegmentDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
) -> Result<Json<SegmentDto>, Problem> {
    let segment = segments::set_segment_archived(&state.app, &actor, &code, false).await;
    Ok(Json(segment.map_err(problem_of_segments)?.into()))
}
