//! What a group is worth, and what it took to win it.

use super::problem_of_segments;
use super::rule_dto::GroupBody;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live::{self, Mean, Worth};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleWorthDto {
    #[schema(example = 1_204)]
    pub count: u64,
    /// Mean lifetime value of the last value run; null before the first, and where nobody of the group has one.
    pub lifetime_value: Option<MeanDto>,
    /// Null where nobody's cost is known, and for a caller who may not see what channel codes cost.
    pub acquisition: Option<AcquisitionDto>,
    #[schema(format = DateTime)]
    pub as_of: String,
}

/// A mean amount, rounded half up, and of how many of the group it is.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MeanDto {
    pub amount: Money,
    #[schema(example = 980)]
    pub of: u64,
}

/// Of those whose first purchase belongs to a channel code that costs something: each takes an equal part of its cost.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AcquisitionDto {
    pub cost: MeanDto,
    /// Mean lifetime value of those of the same people who have one.
    pub lifetime_value: Option<MeanDto>,
    /// Of those, the mean lifetime value by the mean cost; null where there is nobody.
    #[schema(example = 3.42)]
    pub ratio: Option<f64>,
}

impl From<Worth> for RuleWorthDto {
    fn from(worth: Worth) -> Self {
        let Worth { count, currency, lifetime, acquisition, as_of } = worth;
        let mean = |Mean { minor, of }: Mean| MeanDto { amount: Money::of(minor, currency), of };
        let acquisition = acquisition.map(|one| AcquisitionDto {
            cost: mean(one.cost),
            lifetime_value: one.lifetime.map(mean),
            ratio: one.ratio_hundredths.map(|hundredths| hundredths as f64 / 100.0),
        });
        Self { count, lifetime_value: lifetime.map(mean), acquisition, as_of: as_of.rfc3339() }
    }
}

/// The mean lifetime value of a group, what it took to win one of it, and the ratio of both; of the customers whom the caller
/// sees.
#[utoipa::path(
    post, path = "/api/v1/rules/worth", operation_id = "get_rule_worth", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = GroupBody,
    responses(
        (status = 200, body = RuleWorthDto),
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
) -> Result<Json<RuleWorthDto>, Problem> {
    let found = live::worth(&state.app, &state.live, &actor, &body.told()?).await;
    Ok(Json(found.map_err(problem_of_segments)?.into()))
}
