//! Which plan a customer gets.

use super::priority_dto::PlanDecisionDto;
use super::problem_of_priorities;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::priorities::{self, Decision};

/// Decides by the stages that the customer is in at this instant, and writes down what was chosen and what was suppressed. Nothing is
/// sent. Of a profile the newest 500 decisions are kept.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/plan-decisions", operation_id = "create_plan_decision", tag = "matrices",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    responses(
        (status = 201, body = PlanDecisionDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there are no priorities yet"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    key: Key,
) -> Result<(StatusCode, Json<PlanDecisionDto>), Problem> {
    let answer = |decision: &Decision| kept(StatusCode::CREATED, &PlanDecisionDto::from(decision.clone()));
    let number = customer_number(&id)?;
    let made = priorities::decide_plan(&state.app, &state.live, &actor, number, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(made.map_err(problem_of_priorities)?.into())))
}
