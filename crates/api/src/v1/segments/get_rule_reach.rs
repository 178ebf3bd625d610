//! By what channels a group is reached.

use super::portrait_dto::NamesDto;
use super::problem_of_segments;
use super::rule_dto::GroupBody;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleReachDto {
    #[schema(example = 1_204)]
    pub count: u64,
    /// By at least one channel.
    #[schema(example = 980)]
    pub any: u64,
    pub channels: Vec<RuleReachChannel>,
    #[schema(format = DateTime)]
    pub as_of: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleReachChannel {
    #[schema(example = "sms")]
    pub channel: String,
    pub names: NamesDto,
    #[schema(example = 870)]
    pub count: u64,
}

/// How many of a group can be reached at this instant, by each channel; of the customers whom the caller sees.
#[utoipa::path(
    post, path = "/api/v1/rules/reach", operation_id = "get_rule_reach", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = GroupBody,
    responses(
        (status = 200, body = RuleReachDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<GroupBody>,
) -> Result<Json<RuleReachDto>, Problem> {
    let found = live::reach(&state.app, &state.live, &actor, &body.told()?).await.map_err(problem_of_segments)?;
    let channel =
        |one: live::Reached| RuleReachChannel { channel: one.channel, names: one.names.into(), count: one.count };
    Ok(Json(RuleReachDto {
        count: found.count,
        any: found.any,
        channels: found.channels.into_iter().map(channel).collect(),
        as_of: found.as_of.rfc3339(),
    }))
}
