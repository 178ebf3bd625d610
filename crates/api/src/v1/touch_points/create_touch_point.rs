//! A touch-point of one's own.

use super::problem_of_touch_points;
use super::touch_point_dto::{NewTouchPoint, TouchPointDto};
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::touch_points::{self, TouchPoint};
use perennial_domain::touch_point::TouchPointSettings;

/// Adds a touch-point.
#[utoipa::path(
    post, path = "/api/v1/touch-points", operation_id = "create_touch_point", tag = "touch-points",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewTouchPoint,
    responses(
        (status = 201, body = TouchPointDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewTouchPoint>,
) -> Result<(StatusCode, Json<TouchPointDto>), Problem> {
    let answer = |one: &TouchPoint| kept(StatusCode::CREATED, &TouchPointDto::from(one.clone()));
    let NewTouchPoint { code, name_zh, name_en } = body;
    let settings = TouchPointSettings { code, name_zh, name_en };
    let created = touch_points::create_touch_point(&state.app, &actor, settings, &key.once(&answer)).await;
    let created = created.map_err(problem_of_touch_points)?;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Json(created.into())))
}
