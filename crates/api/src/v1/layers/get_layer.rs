//! One layer.

use super::layer_dto::LayerDto;
use super::problem_of_layers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::layers;

/// A layer as it is now.
#[utoipa::path(
    get, path = "/api/v1/layers/{id}", operation_id = "get_layer", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "lifecycle")),
    responses(
        (status = 200, body = LayerDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let layer = layers::get_layer(&state.app, &actor, &code).await.map_err(problem_of_layers)?;
    Ok((AppendHeaders(etag(layer.newest.version)), Json(LayerDto::from(layer))))
}
