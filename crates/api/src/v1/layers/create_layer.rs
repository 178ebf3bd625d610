//! A new layer.

use super::layer_dto::{LayerDto, NewLayer};
use super::problem_of_layers;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::layers::{self, Layer};

/// Makes a layer and a segment for each of its stages. All their rules must be ones that can be used here.
#[utoipa::path(
    post, path = "/api/v1/layers", operation_id = "create_layer", tag = "layers",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewLayer,
    responses(
        (status = 201, body = LayerDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there is one with this code"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewLayer>,
) -> Result<(StatusCode, Json<LayerDto>), Problem> {
    let (code, settings) = body.read()?;
    let answer = |layer: &Layer| kept(StatusCode::CREATED, &LayerDto::from(layer.clone()));
    let created = layers::create_layer(&state.app, &actor, &code, settings, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_layers)?.into())))
}
