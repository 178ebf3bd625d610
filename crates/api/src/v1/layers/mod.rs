//! Layers: everybody of a base in exactly one of some stages.

mod archive_layer;
mod count_layer;
mod create_layer;
mod fill_layer_template;
mod get_customer_scores;
mod get_layer;
mod get_movement;
mod layer_dto;
mod list_layer_templates;
mod list_layers;
mod list_movement_people;
mod restore_layer;
mod template_dto;
mod update_layer;

use super::segments::problem_of_segments;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::layers::{LayerError, LayerProblem, ProblemKind};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_layers::handler, create_layer::handler))
        .routes(routes!(get_layer::handler, update_layer::handler))
        .routes(routes!(archive_layer::handler))
        .routes(routes!(restore_layer::handler))
        .routes(routes!(count_layer::handler))
        .routes(routes!(get_movement::handler))
        .routes(routes!(list_movement_people::handler))
        .routes(routes!(get_customer_scores::handler))
        .routes(routes!(list_layer_templates::handler))
        .routes(routes!(fill_layer_template::handler))
}

fn problem_of_layers(error: LayerError) -> Problem {
    match error {
        LayerError::Store(error) => crate::problem_of_store(error),
        LayerError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        LayerError::Answered(error) => crate::idempotency::problem_of_answered(error),
        LayerError::Segment(error) => problem_of_segments(error),
        LayerError::Invalid(problems) => Problem::invalid(problems.into_iter().map(field_of).collect()),
        LayerError::NoLayer => Problem::not_found("layer"),
        LayerError::NoTemplate => Problem::not_found("template"),
        LayerError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        LayerError::Taken | LayerError::Archived | LayerError::StoodOn(_) => {
            Problem::new(Code::Conflict, error.to_string())
        }
    }
}

fn field_of(problem: LayerProblem) -> ProblemField {
    let LayerProblem { pointer, kind, message } = problem;
    let code = match kind {
        ProblemKind::OutOfRange => return ProblemField::new(pointer, "out_of_range", message),
        ProblemKind::Taken => "taken",
        ProblemKind::Rule => "invalid_rule",
    };
    ProblemField { pointer, code: code.to_owned(), detail: message, allowed: None }
}
