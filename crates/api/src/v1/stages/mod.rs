//! Which facts are of which stage of a journey.

mod get_stages;
mod put_stages;
mod stage_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::stages::StageError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_stages::handler, put_stages::handler))
}

fn problem_of_stages(error: StageError) -> Problem {
    match error {
        StageError::Store(error) => crate::problem_of_store(error),
        StageError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        StageError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        StageError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
