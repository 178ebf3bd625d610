//! Lets units of a batch be claimed again.

use super::batch_dto::UnitBatchDto;
use super::problem_of_units;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::units;
use perennial_domain::code::CodeState;

/// Lets units of a batch be claimed again.
#[utoipa::path(
    post, path = "/api/v1/unit-batches/{id}/resume", operation_id = "resume_unit_batch", tag = "units",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("id" = String, Path, example = "unb_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = UnitBatchDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<UnitBatchDto>, Problem> {
    let batch = units::set_batch_state(&state.app, &actor, &id, CodeState::Active).await.map_err(problem_of_units)?;
    Ok(Json(batch.into()))
}
