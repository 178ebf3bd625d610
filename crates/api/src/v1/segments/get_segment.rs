//! One segment.

use super::problem_of_segments;
use super::segment_dto::SegmentDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::segments;

/// A segment as it is now.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}", operation_id = "get_segment", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "champions")),
    responses(
        (status = 200, body = SegmentDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let segment = segments::get_segment(&state.app, &actor, &code).await.map_err(problem_of_segments)?;
    Ok((AppendHeaders(etag(segment.newest.version)), Json(SegmentDto::from(segment))))
}
