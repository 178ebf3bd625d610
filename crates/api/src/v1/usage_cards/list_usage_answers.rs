//! What a customer answered.

use super::problem_of_usage_cards;
use super::usage_card_dto::UsageAnswerDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::usage_cards;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageAnswerList {
    /// The newest first.
    pub items: Vec<UsageAnswerDto>,
}

/// The usage cards that a customer answered. What was answered stands with the customer's fields.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/usage-answers", operation_id = "list_usage_answers", tag = "usage-cards",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = UsageAnswerList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<UsageAnswerList>, Problem> {
    let answers = usage_cards::customer_answers(&state.app, &actor, customer_number(&id)?).await;
    let items = answers.map_err(problem_of_usage_cards)?.iter().map(UsageAnswerDto::from).collect();
    Ok(Json(UsageAnswerList { items }))
}
