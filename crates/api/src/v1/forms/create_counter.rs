//! A new counter.

use super::counter_dto::{CounterBody, CounterDto};
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::forms::{self, Counter};

/// Makes a page of the form for a tablet of a store.
#[utoipa::path(
    post, path = "/api/v1/forms/{id}/counters", operation_id = "create_form_counter", tag = "forms",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(
        ("id" = String, Path, example = "frm_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = CounterBody,
    responses(
        (status = 201, body = CounterDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<CounterBody>,
) -> Result<(StatusCode, Json<CounterDto>), Problem> {
    let answer = |counter: &Counter| kept(StatusCode::CREATED, &CounterDto::from(counter.clone()));
    let created = forms::create_counter(&state.app, &actor, &id, body.into(), &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_forms)?.into())))
}
