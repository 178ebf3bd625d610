//! A new segment.

use super::problem_of_segments;
use super::segment_dto::{NewSegment, SegmentDto};
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::segments::{self, Segment};

/// Makes a segment. Its rule must be one that can be used here.
#[utoipa::path(
    post, path = "/api/v1/segments", operation_id = "create_segment", tag = "segments",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewSegment,
    responses(
        (status = 201, body = SegmentDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is one with this code"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewSegment>,
) -> Result<(StatusCode, Json<SegmentDto>), Problem> {
    let (code, settings) = body.read()?;
    let answer = |segment: &Segment| kept(StatusCode::CREATED, &SegmentDto::from(segment.clone()));
    let created = segments::create_segment(&state.app, &actor, &code, settings, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_segments)?.into())))
}
