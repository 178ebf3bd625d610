//! How many were in a segment, week by week.

use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const WEEKS_DEFAULT: u32 = 12;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SegmentTrendParams {
    /// 1 to 57.
    #[param(minimum = 1, maximum = 57, default = 12)]
    pub weeks: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentTrendDto {
    /// The oldest first; the last one is now. Days before the segment was first kept are not there.
    pub points: Vec<SegmentTrendPointDto>,
    /// Since when it is known who was in it.
    #[schema(format = DateTime)]
    pub kept_since: Option<String>,
    #[schema(format = DateTime)]
    pub as_of: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentTrendPointDto {
    /// In the workspace's time zone.
    #[schema(format = Date, example = "2026-11-23")]
    pub day: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// Of the customers of today whom the caller sees.
    #[schema(example = 1_204)]
    pub count: u64,
}

/// How many customers were in a segment as each Monday began, and how many are now.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/trend", operation_id = "get_segment_trend", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "champions"), SegmentTrendParams),
    responses(
        (status = 200, body = SegmentTrendDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<SegmentTrendParams>,
) -> Result<Json<SegmentTrendDto>, Problem> {
    let weeks = params.weeks.unwrap_or(WEEKS_DEFAULT);
    if !(1..=live::WEEKS_MAX).contains(&weeks) {
        return Err(Problem::invalid(vec![ProblemField::new("weeks", "out_of_range", "1 to 57")]));
    }
    let found = live::trend(&state.app, &state.live, &actor, &code, weeks).await.map_err(problem_of_segments)?;
    let point = |one: &live::Point| SegmentTrendPointDto { day: one.day.iso(), at: one.at.rfc3339(), count: one.count };
    Ok(Json(SegmentTrendDto {
        points: found.points.iter().map(point).collect(),
        kept_since: found.kept_since.map(|at| at.rfc3339()),
        as_of: found.as_of.rfc3339(),
    }))
}
