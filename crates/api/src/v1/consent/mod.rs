//! Consent: the register of purposes and texts, decisions of customers, and writing them down.

mod create_consent;
mod dto;
mod get_consents;
mod list_purposes;
mod publish_text;
mod purpose_dto;
mod put_purpose;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::consent::ConsentError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_purposes::handler))
        .routes(routes!(put_purpose::handler))
        .routes(routes!(publish_text::handler))
        .routes(routes!(get_consents::handler))
        .routes(routes!(create_consent::handler))
}

fn problem_of_consent(error: ConsentError) -> Problem {
    match error {
        ConsentError::Store(error) => crate::problem_of_store(error),
        ConsentError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        ConsentError::Answered(error) => crate::idempotency::problem_of_answered(error),
        ConsentError::NoCustomer => Problem::not_found("customer"),
        ConsentError::NoPurpose => Problem::not_found("purpose"),
        ConsentError::NoWithdrawal => Problem::not_found("withdrawal"),
        ConsentError::Changed => Problem::new(Code::PreconditionFailed, error.to_string()),
        ConsentError::Exists => Problem::new(Code::PreconditionRequired, error.to_string()),
        ConsentError::TextExists => Problem::new(Code::Conflict, error.to_string()),
        ConsentError::Invalid { field, allowed } => {
            Problem::invalid(vec![ProblemField::new(format!("/{field}"), "malformed", allowed)])
        }
        ConsentError::Pipeline(_) | ConsentError::History(_) | ConsentError::Unreadable(_) => Problem::internal(&error),
    }
}
