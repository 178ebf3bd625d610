//! One form.

use super::form_dto::FormDto;
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::forms;

/// A form as it is now.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}", operation_id = "get_form", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = FormDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let form = forms::get_form(&state.app, &actor, &id).await.map_err(problem_of_forms)?;
    Ok((AppendHeaders(etag(form.version)), Json(FormDto::from(form))))
}
