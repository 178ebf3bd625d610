//! The log of a webhook: each attempt with its answer and time.

use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::webhooks::{self, Attempt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "webhook_attempts";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttemptsPage {
    pub items: Vec<WebhookAttempt>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookAttempt {
    pub id: i64,
    #[schema(example = "evt_1c9f0x3abcdefghjk")]
    pub event_id: String,
    #[schema(example = "order.created")]
    pub event_type: String,
    /// Of this event since it happened, or since it was replayed.
    #[schema(example = 1)]
    pub attempt: i64,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(example = 84)]
    pub duration_ms: i64,
    /// Null where there was no answer.
    #[schema(example = 200)]
    pub status: Option<i64>,
    /// Null where it was delivered; `docs/webhooks.md` lists the words.
    #[schema(example = "too_slow")]
    pub error: Option<String>,
}

impl From<Attempt> for WebhookAttempt {
    fn from(row: Attempt) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            event_type: row.event_type,
            attempt: row.attempt,
            at: row.at.rfc3339(),
            duration_ms: row.duration_ms,
            status: row.status,
            error: row.error,
        }
    }
}

/// Each attempt of the last seven days, the newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/attempts", operation_id = "list_webhook_attempts", tag = "webhooks",
    security(("session" = ["webhooks.read"]), ("token" = ["webhooks.read"])),
    params(("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"), PageParams),
    responses(
        (status = 200, body = AttemptsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WebhooksRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<AttemptsPage>, Problem> {
    let before = page::number_before(LIST, params.cursor.as_deref())?;
    let found = webhooks::attempts(&state.app, &actor, &id, before, params.limit()?).await;
    let (rows, next) = found.map_err(problem_of_webhooks)?;
    let items = rows.into_iter().map(WebhookAttempt::from).collect();
    Ok(Json(AttemptsPage { items, next_cursor: next.map(|key| page::encode(LIST, &key.to_string())) }))
}
