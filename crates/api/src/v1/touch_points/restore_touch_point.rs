//! An archived touch-point again.

use super::problem_of_touch_points;
use super::touch_point_dto::TouchPointDto;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::touch_points;

/// Takes a touch-point out of the archive.
#[utoipa::path(
    post, path = "/api/v1/touch-points/{id}/restore", operation_id = "restore_touch_point", tag = "touch-points",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("id" = String, Path, example = "store")),
    responses(
        (status = 200, body = TouchPointDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(code): ApiPath,
) -> Result<Json<TouchPointDto>, Problem> {
    let changed = touch_points::archive_touch_point(&state.app, &actor, &code, false).await;
    let changed = changed.map_err(problem_of_touch_points)?;
    state.intake.forget_sources();
    Ok(Json(changed.into()))
}
