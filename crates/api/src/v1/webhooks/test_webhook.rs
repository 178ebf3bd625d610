//! A message to look whether it arrives.

use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::webhooks;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TestedWebhook {
    /// `webhook-id` of the message; its delivery and its attempts are listed under it.
    #[schema(example = "evt_1c9f0x3abcdefghjk")]
    pub event_id: String,
}

/// Sends a message of type `webhook.test`, within a second.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(
        ("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    responses(
        (status = 202, body = TestedWebhook),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: it is paused"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    ApiPath(id): ApiPath,
    key: Key,
) -> Result<(StatusCode, Json<TestedWebhook>), Problem> {
    let answer = |event_id: &String| kept(StatusCode::ACCEPTED, &TestedWebhook { event_id: event_id.clone() });
    let sent = webhooks::test_endpoint(&state.app, &actor, &id, &key.once(&answer)).await;
    let event_id = sent.map_err(problem_of_webhooks)?;
    Ok((StatusCode::ACCEPTED, Json(TestedWebhook { event_id })))
}
