//! Layers.

use super::layer_dto::{LayerItemDto, LayersDto};
use super::problem_of_layers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LayersParams {
    /// Archived ones only, or the others only; all when absent.
    pub archived: Option<bool>,
}

/// All layers, each with its stages; there are 50 at most.
#[utoipa::path(
    get, path = "/api/v1/layers", operation_id = "list_layers", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(LayersParams),
    responses(
        (status = 200, body = LayersDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<LayersParams>,
) -> Result<Json<LayersDto>, Problem> {
    let layers = layers::list_layers(&state.app, &actor, params.archived).await.map_err(problem_of_layers)?;
    Ok(Json(LayersDto { items: layers.into_iter().map(LayerItemDto::from).collect() }))
}
