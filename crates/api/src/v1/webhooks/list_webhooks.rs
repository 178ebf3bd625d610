//! All webhooks.

use super::problem_of_webhooks;
use super::webhook_dto::WebhookItem;
use crate::auth::{Allowed, WebhooksRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::webhooks;
use perennial_domain::webhook::EventType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookList {
    /// The oldest first; at most 20.
    pub items: Vec<WebhookItem>,
    /// What a webhook can be subscribed to.
    #[schema(example = json!(["customer.created", "order.created"]))]
    pub event_types: Vec<String>,
}

/// All webhooks with what became of their messages.
#[utoipa::path(
    get, path = "/api/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    security(("session" = ["webhooks.read"]), ("token" = ["webhooks.read"])),
    responses(
        (status = 200, body = WebhookList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksRead>,
) -> Result<Json<WebhookList>, Problem> {
    let views = webhooks::list_endpoints(&state.app, &actor).await.map_err(problem_of_webhooks)?;
    let event_types = EventType::subscribable().iter().map(|one| one.code().to_owned()).collect();
    Ok(Json(WebhookList { items: views.into_iter().map(WebhookItem::from).collect(), event_types }))
}
