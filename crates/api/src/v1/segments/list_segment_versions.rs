//! What a segment was before.

use super::problem_of_segments;
use super::segment_dto::SegmentVersionDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentVersionsPage {
    pub items: Vec<SegmentVersionDto>,
    pub next_cursor: Option<String>,
}

/// The versions of a segment, the newest first, which is the one that holds.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/versions", operation_id = "list_segment_versions", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "champions"), PageParams),
    responses(
        (status = 200, body = SegmentVersionsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<SegmentVersionsPage>, Problem> {
    let limit = params.limit()?;
    let list = format!("segment-versions/{code}");
    let before = page::number_before(&list, params.cursor.as_deref())?;
    let found = segments::segment_versions(&state.app, &actor, &code, before, limit).await;
    let (versions, next) = found.map_err(problem_of_segments)?;
    let items = versions.into_iter().map(SegmentVersionDto::from).collect();
    Ok(Json(SegmentVersionsPage { items, next_cursor: next.map(|version| page::encode(&list, &version.to_string())) }))
}
