//! The preference centre: topics, what customers picked, and whether a push may go.

mod check_push;
mod get_preferences;
mod list_topics;
mod put_preferences;
mod put_topic;
mod topic_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::topics::TopicError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_topics::handler))
        .routes(routes!(put_topic::handler))
        .routes(routes!(get_preferences::handler, put_preferences::handler))
        .routes(routes!(check_push::handler))
}

fn problem_of_topics(error: TopicError) -> Problem {
    match error {
        TopicError::Store(error) => crate::problem_of_store(error),
        TopicError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        TopicError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        TopicError::NoTopic => Problem::not_found("topic"),
        TopicError::NoCustomer => Problem::not_found("customer"),
        TopicError::Changed => Problem::new(Code::PreconditionFailed, error.to_string()),
        TopicError::Exists => Problem::new(Code::PreconditionRequired, error.to_string()),
        TopicError::Pipeline(_) => Problem::internal(&error),
    }
}
