//! A new attribute, with who does something about it and until when.

use super::attribute_dto::{AttributeBody, AttributeDto};
use super::problem_of_insights;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::insights::{self, Attribute};

/// A new attribute, with who does something about it and until when.
#[utoipa::path(
    post, path = "/api/v1/attributes", operation_id = "create_attribute", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = AttributeBody,
    responses(
        (status = 201, body = AttributeDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<AttributeBody>,
) -> Result<(StatusCode, Json<AttributeDto>), Problem> {
    let answer = |one: &Attribute| kept(StatusCode::CREATED, &AttributeDto::from(one.clone()));
    let created = insights::create_attribute(&state.app, &actor, body.read()?, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_insights)?.into())))
}
