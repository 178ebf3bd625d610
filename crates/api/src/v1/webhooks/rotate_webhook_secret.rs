//! A new secret for a webhook.

use super::create_webhook::WebhookWithSecret;
use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::webhooks::{self, Endpoint, SECRET_OVERLAP_SECONDS_DEFAULT};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRotationBody {
    /// How long messages are signed by the earlier secret too, 0 to 604800; absent: a day. One before that ends at once.
    #[schema(example = 86400, minimum = 0, maximum = 604_800)]
    earlier_secret_valid_seconds: Option<u32>,
}

/// Gives a webhook a new secret and shows it; for a while, messages carry the signatures of both.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/secret", operation_id = "rotate_webhook_secret", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(
        ("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = SecretRotationBody,
    responses(
        (status = 200, body = WebhookWithSecret),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<SecretRotationBody>,
) -> Result<Json<WebhookWithSecret>, Problem> {
    let seconds = body.earlier_secret_valid_seconds.unwrap_or(SECRET_OVERLAP_SECONDS_DEFAULT);
    let answer = |endpoint: &Endpoint| kept(StatusCode::OK, &WebhookWithSecret::without_secret(endpoint));
    let rotated = webhooks::rotate_secret(&state.app, &actor, &id, seconds, &key.once(&answer)).await;
    Ok(Json(rotated.map_err(problem_of_webhooks)?.into()))
}
