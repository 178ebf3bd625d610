//! All batches of packages.

use super::batch_dto::UnitBatchItem;
use super::problem_of_units;
use crate::auth::{Allowed, TouchPointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::units;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UnitBatchList {
    pub items: Vec<UnitBatchItem>,
}

/// All batches with what was scanned of each, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/unit-batches", operation_id = "list_unit_batches", tag = "units",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = UnitBatchList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<Json<UnitBatchList>, Problem> {
    let views = units::list_batches(&state.app, &actor).await.map_err(problem_of_units)?;
    Ok(Json(UnitBatchList { items: views.into_iter().map(UnitBatchItem::from).collect() }))
}
