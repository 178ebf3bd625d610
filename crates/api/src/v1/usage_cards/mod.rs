//! Usage cards: the register, who is due one, and what was answered.

mod create_usage_answer;
mod list_due_usage_cards;
mod list_usage_answers;
mod list_usage_card_versions;
mod list_usage_cards;
mod put_usage_card;
mod usage_card_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::usage_cards::UsageCardError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_usage_cards::handler))
        .routes(routes!(put_usage_card::handler))
        .routes(routes!(list_due_usage_cards::handler))
        .routes(routes!(list_usage_card_versions::handler))
        .routes(routes!(list_usage_answers::handler, create_usage_answer::handler))
}

fn problem_of_usage_cards(error: UsageCardError) -> Problem {
    match error {
        UsageCardError::Store(error) => crate::problem_of_store(error),
        UsageCardError::Pipeline(error) => Problem::internal(&error),
        UsageCardError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        UsageCardError::Answered(error) => crate::idempotency::problem_of_answered(error),
        UsageCardError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        UsageCardError::Answers(wrong) => Problem::invalid(
            wrong
                .into_iter()
                .map(|(name, allowed)| {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    ProblemField::new(format!("/answers/{name}"), "invalid_value", allowed)
                })
                .collect(),
        ),
        UsageCardError::NoCard => Problem::not_found("usage card"),
        UsageCardError::NoCustomer => Problem::not_found("customer"),
        UsageCardError::CursorMismatch => crate::page::invalid_cursor(),
        UsageCardError::Changed => Problem::new(Code::PreconditionFailed, error.to_string()),
        UsageCardError::Exists => Problem::new(Code::PreconditionRequired, error.to_string()),
    }
}
