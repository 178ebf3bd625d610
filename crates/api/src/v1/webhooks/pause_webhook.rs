//! Pauses a webhook.

use super::problem_of_webhooks;
use super::webhook_dto::WebhookDto;
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::webhooks;

/// Pauses a webhook: nothing is sent until it is resumed; what happens meanwhile waits, seven days at most.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/pause", operation_id = "pause_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(("id" = String, Path, example = "whk_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = WebhookDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    ApiPath(id): ApiPath,
) -> Result<Json<WebhookDto>, Problem> {
    let endpoint = webhooks::pause_endpoint(&state.app, &actor, &id).await.map_err(problem_of_webhooks)?;
    Ok(Json(endpoint.into()))
}
