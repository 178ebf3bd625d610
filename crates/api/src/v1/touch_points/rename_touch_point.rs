//! Other names of a touch-point.

use super::problem_of_touch_points;
use super::touch_point_dto::{TouchPointDto, TouchPointNames};
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::expected_version;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::touch_points;
use perennial_domain::touch_point::TouchPointSettings;

/// Gives a touch-point other names, if it is still of the version that If-Match names.
#[utoipa::path(
    put, path = "/api/v1/touch-points/{id}", operation_id = "rename_touch_point", tag = "touch-points",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(
        ("id" = String, Path, example = "store"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = TouchPointNames,
    responses(
        (status = 200, body = TouchPointDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<TouchPointNames>,
) -> Result<Json<TouchPointDto>, Problem> {
    let expected = expected_version(&headers)?;
    let settings = TouchPointSettings { code, name_zh: body.name_zh, name_en: body.name_en };
    let renamed = touch_points::rename_touch_point(&state.app, &actor, expected, settings).await;
    Ok(Json(renamed.map_err(problem_of_touch_points)?.into()))
}
