//! Stores: the tree of regions and stores, and who sees which part of it.

mod bind_user;
mod create_place;
mod list_place_moves;
mod list_places;
mod place_dto;
mod update_place;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::stores::StoresError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_places::handler, create_place::handler))
        .routes(routes!(update_place::handler))
        .routes(routes!(list_place_moves::handler))
        .routes(routes!(bind_user::handler))
}

fn problem_of_stores(error: StoresError) -> Problem {
    match error {
        StoresError::Store(error) => crate::problem_of_store(error),
        StoresError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        StoresError::Answered(error) => crate::idempotency::problem_of_answered(error),
        StoresError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        StoresError::NotFound => Problem::not_found("place"),
        StoresError::NoUser => Problem::not_found("user"),
        StoresError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        StoresError::CodeTaken => Problem {
            errors: vec![ProblemField::new("/code", "taken", "a code that no other store has")],
            ..Problem::new(Code::Conflict, error.to_string())
        },
        StoresError::TooMany => Problem::new(Code::Conflict, error.to_string()),
    }
}
