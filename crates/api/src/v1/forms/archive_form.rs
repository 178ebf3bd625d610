//! Closes a form.

use super::form_dto::FormDto;
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::forms;

/// Closes a form. What was filled in before, on a tablet without a network, is still taken.
#[utoipa::path(
    post, path = "/api/v1/forms/{id}/archive", operation_id = "archive_form", tag = "forms",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = FormDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<FormDto>, Problem> {
    let form = forms::set_form_archived(&state.app, &actor, &id, true).await.map_err(problem_of_forms)?;
    Ok(Json(form.into()))
}
