//! Where a place stood before.

use super::place_dto::PlaceMoveDto;
use super::problem_of_stores;
use crate::auth::{Allowed, StoresRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::stores;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlaceMoveList {
    /// The oldest first.
    pub items: Vec<PlaceMoveDto>,
}

/// The moves of a region or store.
#[utoipa::path(
    get, path = "/api/v1/places/{id}/moves", operation_id = "list_place_moves", tag = "stores",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    params(("id" = String, Path, example = "plc_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = PlaceMoveList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<PlaceMoveList>, Problem> {
    let moves = stores::place_moves(&state.app, &actor, &id).await.map_err(problem_of_stores)?;
    Ok(Json(PlaceMoveList { items: moves.into_iter().map(PlaceMoveDto::from).collect() }))
}
