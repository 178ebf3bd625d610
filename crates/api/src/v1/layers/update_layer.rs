//! Another version of a layer.

use super::layer_dto::{LayerBody, LayerDto};
use super::problem_of_layers;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::layers;

/// Adds a version, if the newest is still that of the ETag: all stages in their order. Segments of stages that are left out are
/// archived and stay the layer's; where nothing is different, no version is added.
#[utoipa::path(
    put, path = "/api/v1/layers/{id}", operation_id = "update_layer", tag = "layers",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(
        ("id" = String, Path, example = "lifecycle"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = LayerBody,
    responses(
        (status = 200, body = LayerDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is archived, or other segments stand on a stage that is left out"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<LayerBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let layer = layers::update_layer(&state.app, &actor, &code, expected, body.read()?).await;
    let layer = layer.map_err(problem_of_layers)?;
    Ok((AppendHeaders(etag(layer.newest.version)), Json(LayerDto::from(layer))))
}
