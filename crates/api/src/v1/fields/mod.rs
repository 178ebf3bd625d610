//! Fields: the registry, who is believed, and values written down by hand.

mod create_field;
pub mod field_dto;
mod get_field_coverage;
mod get_field_sources;
mod list_fields;
mod put_field_sources;
mod update_field;
mod write_customer_fields;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::fields::FieldsError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_fields::handler, create_field::handler))
        .routes(routes!(update_field::handler))
        .routes(routes!(get_field_coverage::handler))
        .routes(routes!(get_field_sources::handler, put_field_sources::handler))
        .routes(routes!(write_customer_fields::handler))
}

fn problem_of_fields(error: FieldsError) -> Problem {
    match error {
        FieldsError::Store(error) => crate::problem_of_store(error),
        FieldsError::Pipeline(error) => Problem::internal(&error),
        FieldsError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        FieldsError::Answered(error) => crate::idempotency::problem_of_answered(error),
        FieldsError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        FieldsError::Values(wrong) => Problem::invalid(
            wrong
                .into_iter()
                .map(|(name, allowed)| {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    ProblemField::new(format!("/values/{name}"), "invalid_value", allowed)
                })
                .collect(),
        ),
        FieldsError::NoField => Problem::not_found("field"),
        FieldsError::NoCustomer => Problem::not_found("customer"),
        FieldsError::Taken => Problem::new(Code::Conflict, error.to_string()),
        FieldsError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
