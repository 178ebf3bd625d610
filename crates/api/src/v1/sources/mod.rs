//! Sources: touch-points that send facts as they happen, and what arrives from each.
//!
//! What they send comes in at the server's root: [`crate::tracking`].

mod create_source;
mod get_source;
mod list_source_log;
mod list_sources;
mod pause_source;
mod resume_source;
mod rotate_write_key;
mod source_dto;
mod update_source;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::sources::SourceError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_sources::handler, create_source::handler))
        .routes(routes!(get_source::handler, update_source::handler))
        .routes(routes!(pause_source::handler))
        .routes(routes!(resume_source::handler))
        .routes(routes!(rotate_write_key::handler))
        .routes(routes!(list_source_log::handler))
}

fn problem_of_sources(error: SourceError) -> Problem {
    match error {
        SourceError::Store(error) => crate::problem_of_store(error),
        SourceError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        SourceError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        SourceError::Answered(error) => crate::idempotency::problem_of_answered(error),
        SourceError::NotFound => Problem::not_found("source"),
        SourceError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
