//! Innovation tests, attributes in four quadrants, and trials of contents with offers.

mod attribute_dto;
mod close_innovation_test;
mod create_attribute;
mod create_innovation_test;
mod innovation_test_dto;
mod list_attribute_owners;
mod list_attributes;
mod list_innovation_tests;
mod list_trials;
mod remove_attribute;
mod update_attribute;
mod update_innovation_test;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::insights::InsightError;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Day;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_innovation_tests::handler, create_innovation_test::handler))
        .routes(routes!(update_innovation_test::handler))
        .routes(routes!(close_innovation_test::handler))
        .routes(routes!(list_attributes::handler, create_attribute::handler))
        .routes(routes!(update_attribute::handler, remove_attribute::handler))
        .routes(routes!(list_attribute_owners::handler))
        .routes(routes!(list_trials::handler))
}

fn problem_of_insights(error: InsightError) -> Problem {
    match error {
        InsightError::Store(error) => crate::problem_of_store(error),
        InsightError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        InsightError::Answered(error) => crate::idempotency::problem_of_answered(error),
        InsightError::Invalid(fields) => {
            let field =
                |field: FieldError| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed);
            Problem::invalid(fields.into_iter().map(field).collect())
        }
        InsightError::NoTest => Problem::not_found("innovation test"),
        InsightError::NoAttribute => Problem::not_found("attribute"),
        InsightError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        InsightError::Closed | InsightError::Nobody => Problem::new(Code::Conflict, error.to_string()),
    }
}

fn read_day(field: &str, text: &str) -> Result<Day, Problem> {
    let wrong =
        || Problem::invalid(vec![ProblemField::new(format!("/{field}"), "malformed", "a day, such as 2026-11-29")]);
    Day::parse_iso(text).ok_or_else(wrong)
}
