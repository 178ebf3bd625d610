//! All rules by which orders earn.

use super::earning_rule_dto::EarningRuleDto;
use super::problem_of_rewards;
use crate::auth::{Allowed, PointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::rewards::earning;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct EarningRulesPage {
    pub items: Vec<EarningRuleDto>,
    /// Always null: there are few rules.
    pub next_cursor: Option<String>,
}

/// Each as its newest version says, by code; archived ones too.
#[utoipa::path(
    get, path = "/api/v1/earning-rules", operation_id = "list_earning_rules", tag = "rewards",
    security(("session" = ["points.read"]), ("token" = ["points.read"])),
    responses(
        (status = 200, body = EarningRulesPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<PointsRead>,
) -> Result<Json<EarningRulesPage>, Problem> {
    let found = earning::list_rules(&state.app, &actor).await.map_err(problem_of_rewards)?;
    Ok(Json(EarningRulesPage { items: found.into_iter().map(EarningRuleDto::from).collect(), next_cursor: None }))
}
