//! How many are in each stage of a layer.

use super::layer_dto::LayerCountsDto;
use super::problem_of_layers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers;

/// How many customers are in each stage at this instant, of those whom the caller sees. Nobody is in two stages.
#[utoipa::path(
    get, path = "/api/v1/layers/{id}/counts", operation_id = "count_layer", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "lifecycle")),
    responses(
        (status = 200, body = LayerCountsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<Json<LayerCountsDto>, Problem> {
    let counted = layers::count_stages(&state.app, &state.live, &actor, &code).await;
    Ok(Json(counted.map_err(problem_of_layers)?.into()))
}
