//! Provinces are marked as covered.

use super::coverage_dto::SalesProvincesDto;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::reach;

/// Replaces all marks, if they are still those of the ETag.
#[utoipa::path(
    put, path = "/api/v1/reach/sales-provinces", operation_id = "put_sales_provinces", tag = "reach",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("If-Match" = String, Header, description = "The ETag of GET /api/v1/reach/sales-provinces", example = "\"0\"")),
    request_body = SalesProvincesDto,
    responses(
        (status = 200, body = SalesProvincesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed them"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<SalesProvincesDto>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let stored = reach::put_sales_provinces(&state.app, &actor, expected, &body.provinces).await;
    let stored = stored.map_err(problem_of_reach)?;
    Ok((AppendHeaders(etag(stored.version)), Json(SalesProvincesDto { provinces: stored.provinces })))
}
