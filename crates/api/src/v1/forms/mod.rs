//! Forms and their counters: made in versions, counted. The page that people fill in is `crate::public`.

mod archive_form;
mod counter_dto;
mod create_counter;
mod create_form;
pub mod form_dto;
mod get_form;
mod get_form_results;
mod get_form_shares;
mod list_counters;
mod list_form_submissions;
mod list_forms;
mod restore_form;
mod update_counter;
mod update_form;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::forms::FormError;
use perennial_app::tracking::IntakeError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_forms::handler, create_form::handler))
        .routes(routes!(get_form::handler, update_form::handler))
        .routes(routes!(archive_form::handler))
        .routes(routes!(restore_form::handler))
        .routes(routes!(get_form_results::handler))
        .routes(routes!(get_form_shares::handler))
        .routes(routes!(list_form_submissions::handler))
        .routes(routes!(list_counters::handler, create_counter::handler))
        .routes(routes!(update_counter::handler))
}

pub(crate) fn problem_of_forms(error: FormError) -> Problem {
    match error {
        FormError::Store(error) => crate::problem_of_store(error),
        FormError::Pipeline(error) => Problem::internal(&error),
        FormError::History(error) => Problem::internal(&error),
        FormError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        FormError::Answered(error) => crate::idempotency::problem_of_answered(error),
        FormError::Intake(IntakeError::TooMuch { retry_after_seconds }) => {
            Problem::new(Code::Busy, "too much at a time").retry_after(retry_after_seconds)
        }
        FormError::Intake(error) => Problem::new(Code::Busy, error.to_string()).retry_after(60),
        FormError::TooMany { retry_after_seconds } => {
            Problem::new(Code::RateLimited, error.to_string()).retry_after(retry_after_seconds)
        }
        FormError::Invalid(wrong) => Problem::invalid(
            wrong
                .into_iter()
                .map(|one| ProblemField::new(format!("/{}", one.field), "invalid_value", one.allowed))
                .collect(),
        ),
        FormError::NoForm => Problem::not_found("form"),
        FormError::NoCounter => Problem::not_found("counter"),
        FormError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        FormError::Closed | FormError::IdTaken => Problem::new(Code::Conflict, error.to_string()),
    }
}
