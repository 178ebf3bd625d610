//! Closed periods.

use super::incentive_dto::SettlementDto;
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
pub struct SettlementList {
    /// The newest first.
    pub items: Vec<SettlementDto>,
}

/// All periods that were closed, with what each clerk was paid.
#[utoipa::path(
    get, path = "/api/v1/settlements", operation_id = "list_settlements", tag = "clerks",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    responses(
        (status = 200, body = SettlementList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
) -> Result<Json<SettlementList>, Problem> {
    let found = clerks::list_settlements(&state.app, &actor).await.map_err(problem_of_clerks)?;
    Ok(Json(SettlementList { items: found.into_iter().map(SettlementDto::from).collect() }))
}
