//! Who is in a segment.

use super::people_dto::{RulePeoplePage, behind};
use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SegmentMembersParams {
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The customers in a segment at this instant, of those whom the caller sees. Archived segments are not kept: they are not
/// found here.
#[utoipa::path(
    get, path = "/api/v1/segments/{code}/members", operation_id = "list_segment_members", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("code" = String, Path, example = "silent"), SegmentMembersParams),
    responses(
        (status = 200, body = RulePeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<SegmentMembersParams>,
) -> Result<Json<RulePeoplePage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let list = format!("segment_members/{code}");
    let after = behind(&list, params.cursor.as_deref())?;
    let found = live::members_of(&state.app, &state.live, &actor, &code, after, limit).await;
    Ok(Json(RulePeoplePage::of(&found.map_err(problem_of_segments)?, &list)))
}
