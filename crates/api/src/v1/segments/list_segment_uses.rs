//! What stands on a segment.

use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentUsesDto {
    /// Segments whose rule names it, without archived ones.
    pub segments: Vec<SegmentUse>,
    /// Tags that follow it, by code.
    pub tags: Vec<String>,
    /// Communities into which it is invited, without archived ones.
    pub communities: Vec<CommunityUse>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentUse {
    pub code: String,
    pub name: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityUse {
    pub code: String,
    pub name: String,
}

/// Where a segment is used. While another segment stands on it, it cannot be archived.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/uses", operation_id = "list_segment_uses", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "champions")),
    responses(
        (status = 200, body = SegmentUsesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<Json<SegmentUsesDto>, Problem> {
    let uses = segments::uses_of(&state.app, &actor, &code).await.map_err(problem_of_segments)?;
    let segments = uses.segments.into_iter().map(|(code, name)| SegmentUse { code, name }).collect();
    let communities = uses.communities.into_iter().map(|(code, name)| CommunityUse { code, name }).collect();
    Ok(Json(SegmentUsesDto { segments, tags: uses.tags, communities }))
}
