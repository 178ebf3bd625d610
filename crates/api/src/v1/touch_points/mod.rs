//! Touch-points: the registry, and how much came through each.

mod archive_touch_point;
mod create_touch_point;
mod list_touch_points;
mod rename_touch_point;
mod restore_touch_point;
mod touch_point_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::touch_points::TouchPointError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_touch_points::handler, create_touch_point::handler))
        .routes(routes!(rename_touch_point::handler))
        .routes(routes!(archive_touch_point::handler))
        .routes(routes!(restore_touch_point::handler))
}

fn problem_of_touch_points(error: TouchPointError) -> Problem {
    match error {
        TouchPointError::Store(error) => crate::problem_of_store(error),
        TouchPointError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        TouchPointError::Answered(error) => crate::idempotency::problem_of_answered(error),
        TouchPointError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        TouchPointError::NotFound => Problem::not_found("touch-point"),
        TouchPointError::Taken => Problem::new(Code::Conflict, error.to_string()),
        TouchPointError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
