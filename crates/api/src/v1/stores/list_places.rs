//! The tree.

use super::place_dto::PlaceItem;
use super::problem_of_stores;
use crate::auth::{Allowed, StoresRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::stores;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlaceList {
    /// What is above comes before what is below it.
    pub items: Vec<PlaceItem>,
    /// Ids of users who see everybody because an administrator said so, such as clerks of a brand with one store.
    pub everyone: Vec<String>,
}

/// All regions and stores, also those that orders name and nobody has entered.
#[utoipa::path(
    get, path = "/api/v1/places", operation_id = "list_places", tag = "stores",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    responses(
        (status = 200, body = PlaceList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
) -> Result<Json<PlaceList>, Problem> {
    let places = stores::list_places(&state.app, &actor).await.map_err(problem_of_stores)?;
    let items = places.views.into_iter().map(PlaceItem::from).collect();
    Ok(Json(PlaceList { items, everyone: places.everyone }))
}
