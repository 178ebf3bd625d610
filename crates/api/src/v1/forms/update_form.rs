//! Another version of a form.

use super::form_dto::{FormBody, FormDto};
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::forms;

/// Adds a version, if the newest is still that of the ETag. Earlier ones are kept: what was filled in with them is held
/// against them.
#[utoipa::path(
    put, path = "/api/v1/forms/{id}", operation_id = "update_form", tag = "forms",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(
        ("id" = String, Path, example = "frm_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = FormBody,
    responses(
        (status = 200, body = FormDto, headers(("ETag" = String, description = "for If-Match"))),
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
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<FormBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let form = forms::update_form(&state.app, &actor, &id, expected, body.settings()?).await;
    let form = form.map_err(problem_of_forms)?;
    Ok((AppendHeaders(etag(form.version)), Json(FormDto::from(form))))
}
