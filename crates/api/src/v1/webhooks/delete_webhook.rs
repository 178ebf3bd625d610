//! Removing a webhook.

use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::webhooks;

/// Removes a webhook with all that waits for it, and its log.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(("id" = String, Path, example = "whk_1c9f0x3abcdefghjk")),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    ApiPath(id): ApiPath,
) -> Result<StatusCode, Problem> {
    webhooks::delete_endpoint(&state.app, &actor, &id).await.map_err(problem_of_webhooks)?;
    Ok(StatusCode::NO_CONTENT)
}
