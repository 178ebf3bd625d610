//! Where segments overlap, and by what they differ.

use super::portrait_dto::{GroupTraitDto, index};
use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlapBody {
    /// Two to four codes.
    #[schema(example = json!(["champions", "silent"]))]
    pub segments: Vec<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverlapDto {
    /// In the order of the request.
    pub sizes: Vec<OverlapSize>,
    /// Every combination of the segments in which there is somebody.
    pub regions: Vec<OverlapRegion>,
    /// The tags by which they differ most, at most twenty.
    pub rows: Vec<OverlapRow>,
    #[schema(example = 1_000_000)]
    pub everybody: u64,
    #[schema(format = DateTime)]
    pub as_of: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverlapSize {
    pub code: String,
    pub name: String,
    pub count: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverlapRegion {
    /// Who is in these, and in none of the others.
    #[serde(rename = "in")]
    pub of: Vec<String>,
    pub count: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverlapRow {
    #[serde(flatten)]
    pub of: GroupTraitDto,
    /// Of each segment.
    pub counts: Vec<u64>,
    /// Of each segment against everybody: 100 is like all.
    pub index: Vec<Option<u64>>,
    pub everybody: u64,
}

/// How many customers are in each of some segments and in which of them together, and the tags by which they differ most; of
/// the customers whom the caller sees.
#[utoipa::path(
    post, path = "/api/v1/rules/overlap", operation_id = "get_overlap", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = OverlapBody,
    responses(
        (status = 200, body = OverlapDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<OverlapBody>,
) -> Result<Json<OverlapDto>, Problem> {
    let found = live::overlap(&state.app, &state.live, &actor, &body.segments).await.map_err(problem_of_segments)?;
    let (sizes, everybody) = (found.sizes, found.everybody);
    let row = |one: live::ComparedRow| OverlapRow {
        index: one.counts.iter().zip(&sizes).map(|(n, size)| index(*n, size.count, one.everybody, everybody)).collect(),
        of: one.of.into(),
        counts: one.counts,
        everybody: one.everybody,
    };
    let rows = found.rows.into_iter().map(row).collect();
    let regions = found.regions.into_iter().map(|one| OverlapRegion { of: one.of, count: one.count }).collect();
    let size = |one: live::Size| OverlapSize { code: one.code, name: one.name, count: one.count };
    Ok(Json(OverlapDto {
        rows,
        regions,
        sizes: sizes.into_iter().map(size).collect(),
        everybody,
        as_of: found.as_of.rfc3339(),
    }))
}
