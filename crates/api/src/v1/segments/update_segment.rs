//! Another version of a segment.

use super::problem_of_segments;
use super::segment_dto::{SegmentBody, SegmentDto};
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::segments;

/// Adds a version, if the newest is still that of the ETag. Earlier ones are kept; where nothing is different, none is added.
#[utoipa::path(
    put, path = "/api/v1/segments/{id}", operation_id = "update_segment", tag = "segments",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "champions"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = SegmentBody,
    responses(
        (status = 200, body = SegmentDto, headers(("ETag" = String, description = "for If-Match"))),
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
    ApiJson(body): ApiJson<SegmentBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let segment = segments::update_segment(&state.app, &actor, &code, expected, body.read()?).await;
    let segment = segment.map_err(problem_of_segments)?;
    Ok((AppendHeaders(etag(segment.newest.version)), Json(SegmentDto::from(segment))))
}
