//! Who is in a segment.

use super::people_dto::{RulePeoplePage, behind};
use super::problem_of_segments;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use perennial_domain::time::Day;
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
    /// Who was in it when this day began in the workspace's time zone, of the customers of today. It is known since the segment
    /// was first kept, for 400 days.
    #[param(example = "2026-11-23")]
    pub at: Option<String>,
}

fn day_of(text: &str) -> Result<Day, Problem> {
    let wrong = || Problem::invalid(vec![ProblemField::new("at", "malformed", "a day such as 2026-11-23")]);
    Day::parse_iso(text).ok_or_else(wrong)
}

/// The customers in a segment, now or when a day began, of those whom the caller sees. Archived segments are not kept: they are
/// found as of a day only.
#[utoipa::path(
    get, path = "/api/v1/segments/{code}/members", operation_id = "list_segment_members", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("code" = String, Path, example = "silent"), SegmentMembersParams),
    responses(
        (status = 200, body = RulePeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: who was in it then is not known"),
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
    let day = params.at.as_deref().map(day_of).transpose()?;
    let list = format!("segment_members/{code}/{}", params.at.unwrap_or_default());
    let after = behind(&list, params.cursor.as_deref())?;
    let found = match day {
        Some(day) => live::members_at(&state.app, &state.live, &actor, &code, day, after, limit).await,
        None => live::members_of(&state.app, &state.live, &actor, &code, after, limit).await,
    };
    Ok(Json(RulePeoplePage::of(&found.map_err(problem_of_segments)?, &list)))
}
