//! The pool: who can be reached now.

use super::channel_dto::ReachChannelDto;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, Pool};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PoolDto {
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Customers with an identifier of any channel.
    #[schema(example = 10_000)]
    pub contacts: i64,
    /// Those to whom a message may go now over at least one.
    #[schema(example = 7_420)]
    pub reachable: i64,
    pub channels: Vec<PoolChannelDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PoolChannelDto {
    /// What one message costs is `cost_milli_minor` of it.
    pub channel: ReachChannelDto,
    /// Customers with an identifier of the channel.
    #[schema(example = 6_000)]
    pub contacts: i64,
    /// Those of them to whom a message may go now.
    #[schema(example = 4_100)]
    pub reachable: i64,
    /// Those whose word about the purpose, or want of one, keeps the channel closed.
    #[schema(example = 900)]
    pub withheld: i64,
    /// Those who have had as many messages as the quota allows; some of them are withheld too.
    #[schema(example = 1_200)]
    pub exhausted: i64,
    /// What one message to each who is reachable costs.
    pub cost_of_all: Money,
}

impl From<Pool> for PoolDto {
    fn from(pool: Pool) -> Self {
        let channel = |one: reach::PoolChannel| PoolChannelDto {
            channel: (&one.channel).into(),
            contacts: one.contacts,
            reachable: one.reachable,
            withheld: one.withheld,
            exhausted: one.exhausted,
            cost_of_all: Money::of(one.cost_of_all_minor, pool.currency),
        };
        Self {
            as_of: pool.as_of.rfc3339(),
            contacts: pool.contacts,
            reachable: pool.reachable,
            channels: pool.channels.into_iter().map(channel).collect(),
        }
    }
}

/// How many customers can be reached now, over which channel and at what cost. Counted when it is asked for.
#[utoipa::path(
    get, path = "/api/v1/reach/pool", operation_id = "get_pool", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = PoolDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<Json<PoolDto>, Problem> {
    Ok(Json(reach::pool(&state.app, &actor).await.map_err(problem_of_reach)?.into()))
}
