//! Tags: groups of tags, and tags on customers.

mod change_customer_tags;
mod change_tags;
mod create_tag;
mod create_tag_group;
mod get_customer_tags;
mod list_tag_groups;
pub mod tag_dto;
mod update_tag;
mod update_tag_group;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::tags::TagError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_tag_groups::handler, create_tag_group::handler))
        .routes(routes!(update_tag_group::handler))
        .routes(routes!(create_tag::handler))
        .routes(routes!(update_tag::handler))
        .routes(routes!(get_customer_tags::handler, change_customer_tags::handler))
        .routes(routes!(change_tags::handler))
}

fn problem_of_tags(error: TagError) -> Problem {
    match error {
        TagError::Store(error) => crate::problem_of_store(error),
        TagError::Pipeline(error) => Problem::internal(&error),
        TagError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        TagError::Answered(error) => crate::idempotency::problem_of_answered(error),
        TagError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        TagError::NoGroup => Problem::not_found("group of tags"),
        TagError::NoTag => Problem::not_found("tag"),
        TagError::NoCustomer => Problem::not_found("customer"),
        TagError::Taken | TagError::Automatic { .. } => Problem::new(Code::Conflict, error.to_string()),
        TagError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
