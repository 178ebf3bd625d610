//! Takes a layer back from the archive.

use super::layer_dto::LayerDto;
use super::problem_of_layers;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers;

/// Takes a layer with its stages back from the archive, if its rules can still be used.
#[utoipa::path(
    post, path = "/api/v1/layers/{id}/restore", operation_id = "restore_layer", tag = "layers",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("id" = String, Path, example = "lifecycle")),
    responses(
        (status = 200, body = LayerDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
) -> Result<Json<LayerDto>, Problem> {
    let layer = layers::set_layer_archived(&state.app, &actor, &code, false).await;
    Ok(Json(layer.map_err(problem_of_layers)?.into()))
}
