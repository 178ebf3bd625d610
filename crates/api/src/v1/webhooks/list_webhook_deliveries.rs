//! What was to be sent, and what became of it.

use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::webhooks::{self, Delivery, DeliveryState};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "webhook_deliveries";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesParams {
    /// `waiting`, `delivered` or `failed`; absent: all.
    #[param(example = "failed")]
    pub state: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before: older ones.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DeliveriesPage {
    pub items: Vec<WebhookDelivery>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WebhookDelivery {
    /// The same in every attempt and replay.
    #[schema(example = "evt_1c9f0x3abcdefghjk")]
    pub event_id: String,
    #[schema(example = "order.created")]
    pub event_type: String,
    #[schema(format = DateTime)]
    pub happened_at: String,
    /// `waiting`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub state: String,
    #[schema(example = 1)]
    pub attempts: i64,
    /// The earliest instant of the next attempt, where it waits.
    #[schema(format = DateTime)]
    pub next_attempt_at: Option<String>,
    #[schema(format = DateTime)]
    pub last_attempt_at: Option<String>,
    /// Of the last answer.
    #[schema(example = 200)]
    pub last_status: Option<i64>,
    /// Why the last attempt failed; `docs/webhooks.md` lists the words.
    #[schema(example = "too_slow")]
    pub last_error: Option<String>,
    /// As it is sent.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

impl TryFrom<Delivery> for WebhookDelivery {
    type Error = Problem;

    fn try_from(row: Delivery) -> Result<Self, Problem> {
        let waits = row.state == DeliveryState::Waiting.code();
        Ok(Self {
            event_id: row.event_id,
            event_type: row.event_type,
            happened_at: row.event_at.rfc3339(),
            state: row.state,
            attempts: row.attempts,
            next_attempt_at: waits.then(|| row.next_at.rfc3339()),
            last_attempt_at: row.last_at.map(Instant::rfc3339),
            last_status: row.last_status,
            last_error: row.last_error,
            body: RawValue::from_string(row.body).map_err(|error| Problem::internal(&error))?,
        })
    }
}

/// What was to be sent in the last seven days, the newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "webhooks",
    security(("session" = ["webhooks.read"]), ("token" = ["webhooks.read"])),
    params(("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"), DeliveriesParams),
    responses(
        (status = 200, body = DeliveriesPage),
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
    ApiQuery(params): ApiQuery<DeliveriesParams>,
) -> Result<Json<DeliveriesPage>, Problem> {
    let of_state = params.state.as_deref().map(state_of).transpose()?;
    let before = page::number_before(LIST, params.cursor.as_deref())?;
    let limit = page::checked_limit(params.limit)?;
    let found = webhooks::deliveries(&state.app, &actor, &id, of_state, before, limit).await;
    let (rows, next) = found.map_err(problem_of_webhooks)?;
    let items = rows.into_iter().map(WebhookDelivery::try_from).collect::<Result<_, _>>()?;
    Ok(Json(DeliveriesPage { items, next_cursor: next.map(|key| page::encode(LIST, &key.to_string())) }))
}

fn state_of(code: &str) -> Result<DeliveryState, Problem> {
    let allowed = || DeliveryState::ALL.map(DeliveryState::code).join(", ");
    DeliveryState::parse(code)
        .ok_or_else(|| Problem::invalid(vec![ProblemField::new("state", "unknown_value", allowed())]))
}
