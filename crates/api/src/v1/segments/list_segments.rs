//! Segments.

use super::problem_of_segments;
use super::segment_dto::SegmentDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::{self, SegmentQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "segments";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SegmentsParams {
    /// In code, name or description.
    #[param(example = "tea")]
    pub search: Option<String>,
    /// Archived ones only, or the others only; all when absent.
    pub archived: Option<bool>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SegmentsPage {
    pub items: Vec<SegmentDto>,
    pub next_cursor: Option<String>,
}

/// Segments by code, each with its newest version.
#[utoipa::path(
    get, path = "/api/v1/segments", operation_id = "list_segments", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(SegmentsParams),
    responses(
        (status = 200, body = SegmentsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<SegmentsParams>,
) -> Result<Json<SegmentsPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let after = params.cursor.as_deref().map(|cursor| page::decode(LIST, cursor)).transpose()?;
    let query = SegmentQuery { search: params.search, is_archived: params.archived };
    let found = segments::list_segments(&state.app, &actor, &query, after.as_deref(), limit).await;
    let (segments, next) = found.map_err(problem_of_segments)?;
    let items = segments.into_iter().map(SegmentDto::from).collect();
    Ok(Json(SegmentsPage { items, next_cursor: next.map(|code| page::encode(LIST, &code)) }))
}
