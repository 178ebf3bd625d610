//! What earns clerks something.

use super::incentive_dto::IncentiveRuleDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct IncentiveRuleList {
    /// The oldest first.
    pub items: Vec<IncentiveRuleDto>,
}

/// All rules by which clerks earn, also those that were ended.
#[utoipa::path(
    get, path = "/api/v1/incentive-rules", operation_id = "list_incentive_rules", tag = "clerks",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    responses(
        (status = 200, body = IncentiveRuleList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
) -> Result<Json<IncentiveRuleList>, Problem> {
    let found = clerks::list_rules(&state.app, &actor).await.map_err(problem_of_clerks)?;
    Ok(Json(IncentiveRuleList { items: found.into_iter().map(IncentiveRuleDto::from).collect() }))
}
