//! Key customers: promises of contact, who looks after whom, who is overdue, and contacts.

mod get_contact_promise;
mod hand_over_key_customer;
mod key_customer_dto;
mod list_contact_promises;
mod list_key_customers;
mod note_contact;
mod put_contact_promise;
mod remove_contact_promise;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::key_customers::KeyCustomerError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_contact_promises::handler))
        .routes(routes!(get_contact_promise::handler, put_contact_promise::handler, remove_contact_promise::handler))
        .routes(routes!(list_key_customers::handler))
        .routes(routes!(hand_over_key_customer::handler))
        .routes(routes!(note_contact::handler))
}

fn problem_of_key_customers(error: KeyCustomerError) -> Problem {
    match error {
        KeyCustomerError::Store(error) => crate::problem_of_store(error),
        KeyCustomerError::Pipeline(error) => Problem::internal(&error),
        KeyCustomerError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        KeyCustomerError::Answered(error) => crate::idempotency::problem_of_answered(error),
        KeyCustomerError::Segment(error) => crate::v1::segments::problem_of_segments(error),
        KeyCustomerError::Customer(error) => crate::v1::customers::problem_of_customers(error),
        KeyCustomerError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        KeyCustomerError::NoSegment => Problem::not_found("segment"),
        KeyCustomerError::NoPromise => Problem::not_found("promise of contact"),
        KeyCustomerError::NoCustomer => Problem::not_found("customer"),
        KeyCustomerError::Changed => Problem::new(Code::PreconditionFailed, error.to_string()),
        KeyCustomerError::Exists => Problem::new(Code::PreconditionRequired, error.to_string()),
        KeyCustomerError::Taken(_) => Problem::new(Code::Conflict, error.to_string()),
    }
}
