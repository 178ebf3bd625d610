//! What sets a group apart from everybody.

use super::portrait_dto::PortraitRowDto;
use super::problem_of_segments;
use super::rule_dto::{GroupBody, RuleDto};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group, and by which fields it is looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortraitBody {
    #[schema(example = "count of orders in last 6 months >= 2")]
    pub text: Option<String>,
    pub rule: Option<RuleDto>,
    /// The code of a segment.
    pub segment: Option<String>,
    /// At most 20 fields that have texts; where absent, those with allowed values, `$rfm_group` and `city`.
    pub fields: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PortraitDto {
    #[schema(example = 18_204)]
    pub count: u64,
    #[schema(example = 1_000_000)]
    pub everybody: u64,
    /// All tags that somebody has, then of each field its twenty most frequent values; each the most frequent of the group
    /// first.
    pub rows: Vec<PortraitRowDto>,
    #[schema(format = DateTime)]
    pub as_of: String,
}

/// Of how many of a group each tag and each value stands, as a share and as an index against everybody whom the caller sees.
#[utoipa::path(
    post, path = "/api/v1/rules/portrait", operation_id = "get_portrait", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = PortraitBody,
    responses(
        (status = 200, body = PortraitDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<PortraitBody>,
) -> Result<Json<PortraitDto>, Problem> {
    let PortraitBody { text, rule, segment, fields } = body;
    let told = GroupBody { text, rule, segment }.told()?;
    let found = live::portrait(&state.app, &state.live, &actor, &told, fields.as_deref()).await;
    let found = found.map_err(problem_of_segments)?;
    let (count, everybody) = (found.count, found.everybody);
    let rows = found.rows.into_iter().map(|row| PortraitRowDto::of(row, count, everybody)).collect();
    Ok(Json(PortraitDto { count, everybody, rows, as_of: found.as_of.rfc3339() }))
}
