//! The provinces that somebody marked as covered.

use super::coverage_dto::SalesProvincesDto;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::reach;

/// Provinces that count as covered although no store and no clerk is in them, such as those of a dealer.
#[utoipa::path(
    get, path = "/api/v1/reach/sales-provinces", operation_id = "get_sales_provinces", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = SalesProvincesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<impl IntoResponse, Problem> {
    let found = reach::read_sales_provinces(&state.app, &actor).await.map_err(problem_of_reach)?;
    Ok((AppendHeaders(etag(found.version)), Json(SalesProvincesDto { provinces: found.provinces })))
}
