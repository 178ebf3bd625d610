//! A field of one's own.

use super::field_dto::{NewField, ProfileFieldDto};
use super::problem_of_fields;
use crate::auth::{Allowed, FieldsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::fields::{self, Field};

/// Adds a field. From the next fact on, traits of its name are values of it.
#[utoipa::path(
    post, path = "/api/v1/fields", operation_id = "create_field", tag = "fields",
    security(("session" = ["fields.manage"]), ("token" = ["fields.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewField,
    responses(
        (status = 201, body = ProfileFieldDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<FieldsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewField>,
) -> Result<(StatusCode, Json<ProfileFieldDto>), Problem> {
    let answer = |field: &Field| kept(StatusCode::CREATED, &ProfileFieldDto::from(field.clone()));
    let (name, body) = body.split();
    let created = fields::create_field(&state.app, &actor, body.settings(name)?, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_fields)?.into())))
}
