//! Webhooks: other systems hear what happens, signed, in order, and once more when they ask.

mod create_webhook;
mod delete_webhook;
mod get_webhook;
mod list_webhook_attempts;
mod list_webhook_deliveries;
mod list_webhooks;
mod pause_webhook;
mod replay_webhook;
mod resume_webhook;
mod rotate_webhook_secret;
mod test_webhook;
mod update_webhook;
mod webhook_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::webhooks::WebhookError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks::handler, create_webhook::handler))
        .routes(routes!(get_webhook::handler, update_webhook::handler, delete_webhook::handler))
        .routes(routes!(pause_webhook::handler))
        .routes(routes!(resume_webhook::handler))
        .routes(routes!(rotate_webhook_secret::handler))
        .routes(routes!(test_webhook::handler))
        .routes(routes!(replay_webhook::handler))
        .routes(routes!(list_webhook_deliveries::handler))
        .routes(routes!(list_webhook_attempts::handler))
}

fn problem_of_webhooks(error: WebhookError) -> Problem {
    match error {
        WebhookError::Store(error) => crate::problem_of_store(error),
        WebhookError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        WebhookError::Answered(error) => crate::idempotency::problem_of_answered(error),
        WebhookError::Seal(error) => Problem::internal(&error),
        WebhookError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        WebhookError::Target(error) => {
            Problem::invalid(vec![ProblemField::new("/url", "unusable_address", error.to_string())])
        }
        WebhookError::NotFound => Problem::not_found("webhook"),
        WebhookError::NoEvent => Problem::not_found("event of the last seven days"),
        WebhookError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        WebhookError::Paused | WebhookError::TooMany => Problem::new(Code::Conflict, error.to_string()),
    }
}
