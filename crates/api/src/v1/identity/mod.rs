//! Identity: which profiles are one customer, who said so, and taking it back.

mod create_merge;
mod dto;
mod get_identity;
mod preview_dto;
mod preview_merge;
mod undo_merge;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::identity::IdentityError;
use perennial_domain::ids::CustomerNumber;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_identity::handler))
        .routes(routes!(preview_merge::handler))
        .routes(routes!(create_merge::handler))
        .routes(routes!(undo_merge::handler))
}

fn problem_of_identity(error: IdentityError) -> Problem {
    match error {
        IdentityError::Store(error) => crate::problem_of_store(error),
        IdentityError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        IdentityError::Answered(error) => crate::idempotency::problem_of_answered(error),
        IdentityError::NoCustomer => Problem::not_found("customer"),
        IdentityError::NoMerge => Problem::not_found("merge"),
        IdentityError::SameCustomer | IdentityError::TooManyParts | IdentityError::AlreadyUndone => {
            Problem::new(Code::Conflict, error.to_string())
        }
        IdentityError::KeepIsNeither => {
            Problem::invalid(vec![ProblemField::new("/keep", "unknown_value", "the id of one of the two customers")])
        }
    }
}

/// Another customer's id in a body or a query.
fn customer_at(pointer: &str, id: &str) -> Result<CustomerNumber, Problem> {
    CustomerNumber::from_public_id(id)
        .ok_or_else(|| Problem::invalid(vec![ProblemField::new(pointer, "malformed", "the id of a customer")]))
}
