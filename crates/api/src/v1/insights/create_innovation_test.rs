//! A new test of a product, a service or a way of telling.

use super::innovation_test_dto::{InnovationTestBody, InnovationTestDto};
use super::problem_of_insights;
use crate::auth::{Allowed, SegmentsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::insights::{self, InnovationTest};

/// A new test of a product, a service or a way of telling.
#[utoipa::path(
    post, path = "/api/v1/innovation-tests", operation_id = "create_innovation_test", tag = "insights",
    security(("session" = ["segments.manage"]), ("token" = ["segments.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = InnovationTestBody,
    responses(
        (status = 201, body = InnovationTestDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SegmentsManage>,
    key: Key,
    ApiJson(body): ApiJson<InnovationTestBody>,
) -> Result<(StatusCode, Json<InnovationTestDto>), Problem> {
    let answer = |one: &InnovationTest| kept(StatusCode::CREATED, &InnovationTestDto::from(one.clone()));
    let created = insights::create_test(&state.app, &actor, body.read()?, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_insights)?.into())))
}
