//! Change of a webhook.

use super::problem_of_webhooks;
use super::webhook_dto::{WebhookDto, WebhookSettingsBody};
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::webhooks;

/// Replaces the settings of a webhook, if it is still that of the ETag. What waits goes to the new address.
#[utoipa::path(
    put, path = "/api/v1/webhooks/{id}", operation_id = "update_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(
        ("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The ETag of GET /api/v1/webhooks/{id}", example = "\"1\""),
    ),
    request_body = WebhookSettingsBody,
    responses(
        (status = 200, body = WebhookDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<WebhookSettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let (settings, private) = (body.settings()?, state.allow_private_targets);
    let changed = webhooks::update_endpoint(&state.app, &actor, &id, expected, settings, private).await;
    let endpoint = changed.map_err(problem_of_webhooks)?;
    Ok((AppendHeaders(etag(endpoint.version)), Json(WebhookDto::from(endpoint))))
}
