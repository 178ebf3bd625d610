//! How many are in each segment.

use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live::{self, BackFill, SegmentCounts};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentCountsDto {
    #[schema(format = DateTime)]
    pub as_of: String,
    /// By code; without archived ones.
    #[schema(example = json!({ "silent": 1_204 }))]
    pub counts: BTreeMap<String, u64>,
    /// Segments that are being worked out of all facts; where one had a version before, its count is that of it.
    pub back_fill: Option<BackFillDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BackFillDto {
    /// By code.
    pub segments: Vec<String>,
    /// How many percent of the facts have been looked at.
    #[schema(minimum = 0, maximum = 100)]
    pub percent: u8,
}

/// How many customers are in each segment at this instant, of those whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/segment-counts", operation_id = "count_segments", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = SegmentCountsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<SegmentCountsDto>, Problem> {
    let counted = live::segment_counts(&state.app, &state.live, &actor).await;
    let SegmentCounts { counts, as_of, back_fill } = counted.map_err(problem_of_segments)?;
    let back_fill = back_fill.map(|BackFill { segments, percent }| BackFillDto { segments, percent });
    Ok(Json(SegmentCountsDto { as_of: as_of.rfc3339(), counts, back_fill }))
}
