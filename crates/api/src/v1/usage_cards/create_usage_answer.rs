//! An answer that somebody writes down.

use super::problem_of_usage_cards;
use super::usage_card_dto::{UsageAnswerBody, UsageAnswerDto};
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use crate::v1::fields::field_dto::texts_of;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::usage_cards::{self, Answered, NewAnswer};

/// Writes down what a customer answered, in a shop or on the phone. Fields and a ticket are there when this answers; where
/// one of the answers is no value of its field, none is written.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/usage-answers", operation_id = "create_usage_answer", tag = "usage-cards",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = UsageAnswerBody,
    responses(
        (status = 201, body = UsageAnswerDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<UsageAnswerBody>,
) -> Result<(StatusCode, Json<UsageAnswerDto>), Problem> {
    let UsageAnswerBody { card, order_no, answers, surface } = body;
    let new = NewAnswer { card, order_no, answers: texts_of("answers", answers)?, surface };
    let answer = |written: &Answered| kept(StatusCode::CREATED, &UsageAnswerDto::from(written));
    let number = customer_number(&id)?;
    let written = usage_cards::record_answer(&state.app, &actor, number, &new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json((&written.map_err(problem_of_usage_cards)?).into())))
}
