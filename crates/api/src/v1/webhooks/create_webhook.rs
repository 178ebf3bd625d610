//! A new webhook.

use super::problem_of_webhooks;
use super::webhook_dto::{WebhookDto, WebhookSettingsBody};
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::webhooks::{self, Endpoint, NewEndpoint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookWithSecret {
    /// Shown this once. Null when the answer is replayed for an Idempotency-Key: it is not kept.
    #[schema(example = "whsec_MfKQ…")]
    pub secret: Option<String>,
    pub webhook: WebhookDto,
}

impl WebhookWithSecret {
    /// As it is kept for a replay.
    pub fn without_secret(endpoint: &Endpoint) -> Self {
        Self { secret: None, webhook: endpoint.clone().into() }
    }
}

impl From<NewEndpoint> for WebhookWithSecret {
    fn from(new: NewEndpoint) -> Self {
        Self { secret: Some(new.secret), webhook: new.endpoint.into() }
    }
}

/// Creates a webhook and shows its secret.
#[utoipa::path(
    post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = WebhookSettingsBody,
    responses(
        (status = 201, body = WebhookWithSecret),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: there are 20 already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    key: Key,
    ApiJson(body): ApiJson<WebhookSettingsBody>,
) -> Result<(StatusCode, Json<WebhookWithSecret>), Problem> {
    let answer = |endpoint: &Endpoint| kept(StatusCode::CREATED, &WebhookWithSecret::without_secret(endpoint));
    let (settings, private) = (body.settings()?, state.allow_private_targets);
    let created = webhooks::create_endpoint(&state.app, &actor, settings, private, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_webhooks)?.into())))
}
