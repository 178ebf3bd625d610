//! A new form.

use super::form_dto::{FormBody, FormDto};
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::forms::{self, Form};

/// Makes a form; its page is there at once.
#[utoipa::path(
    post, path = "/api/v1/forms", operation_id = "create_form", tag = "forms",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = FormBody,
    responses(
        (status = 201, body = FormDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    key: Key,
    ApiJson(body): ApiJson<FormBody>,
) -> Result<(StatusCode, Json<FormDto>), Problem> {
    let answer = |form: &Form| kept(StatusCode::CREATED, &FormDto::from(form.clone()));
    let created = forms::create_form(&state.app, &actor, body.settings()?, &key.once(&answer)).await;
    let form = created.map_err(problem_of_forms)?;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Json(form.into())))
}
