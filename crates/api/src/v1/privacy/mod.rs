//! Privacy: erasing people with a signed receipt, and taking out everything about one.

mod create_erasure;
mod erasure_dto;
mod export_person;
mod get_erasure;
mod list_erasures;
mod verify_receipt;

use crate::problem::{Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::privacy::PrivacyError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_erasure::handler))
        .routes(routes!(list_erasures::handler))
        .routes(routes!(get_erasure::handler))
        .routes(routes!(verify_receipt::handler))
        .routes(routes!(export_person::handler))
}

fn problem_of_privacy(error: PrivacyError) -> Problem {
    match error {
        PrivacyError::Store(error) => crate::problem_of_store(error),
        PrivacyError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        PrivacyError::Answered(error) => crate::idempotency::problem_of_answered(error),
        PrivacyError::NoCustomer => Problem::not_found("customer"),
        PrivacyError::NoErasure => Problem::not_found("erasure"),
        PrivacyError::NoReason { allowed } => {
            Problem::invalid(vec![ProblemField::new("/reason", "malformed", allowed)])
        }
        PrivacyError::History(_)
        | PrivacyError::Pipeline(_)
        | PrivacyError::Files(_)
        | PrivacyError::Keys(_)
        | PrivacyError::Unreadable(_) => Problem::internal(&error),
    }
}
