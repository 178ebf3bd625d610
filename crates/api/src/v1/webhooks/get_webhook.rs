//! One webhook.

use super::problem_of_webhooks;
use super::webhook_dto::WebhookItem;
use crate::auth::{Allowed, WebhooksRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::webhooks;

/// A webhook with what became of its messages.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks",
    security(("session" = ["webhooks.read"]), ("token" = ["webhooks.read"])),
    params(("id" = String, Path, example = "whk_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = WebhookItem, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let view = webhooks::get_endpoint(&state.app, &actor, &id).await.map_err(problem_of_webhooks)?;
    Ok((AppendHeaders(etag(view.endpoint.version)), Json(WebhookItem::from(view))))
}
