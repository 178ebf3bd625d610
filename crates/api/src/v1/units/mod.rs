//! Unit codes: batches of packages. Claiming one is for everybody: [`crate::public`].

mod batch_dto;
mod create_unit_batch;
mod list_unit_batches;
mod list_unit_scans;
mod pause_unit_batch;
mod resume_unit_batch;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use crate::v1::access::problem_of_access;
use perennial_app::units::UnitError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_unit_batches::handler, create_unit_batch::handler))
        .routes(routes!(pause_unit_batch::handler))
        .routes(routes!(resume_unit_batch::handler))
        .routes(routes!(list_unit_scans::handler))
}

pub fn problem_of_units(error: UnitError) -> Problem {
    match error {
        UnitError::Store(error) => crate::problem_of_store(error),
        UnitError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        UnitError::Answered(error) => crate::idempotency::problem_of_answered(error),
        UnitError::Access(error) => problem_of_access(error),
        UnitError::Pipeline(error) => Problem::internal(&error),
        UnitError::Intake(error) => Problem::new(Code::Busy, error.to_string()).retry_after(1),
        UnitError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        UnitError::NotFound => Problem::not_found("batch"),
        UnitError::UnknownCode => Problem::not_found("code of a package"),
        UnitError::TooManyGuesses { retry_after_seconds } => {
            Problem::new(Code::RateLimited, error.to_string()).retry_after(retry_after_seconds)
        }
        UnitError::VersionConflict => Problem::new(Code::Conflict, error.to_string()),
    }
}
