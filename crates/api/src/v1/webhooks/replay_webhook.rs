//! Messages once more.

use super::problem_of_webhooks;
use crate::auth::{Allowed, WebhooksManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::webhooks::{self, Replay, Replayed};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayBody {
    /// This event, also where it was not for this webhook when it happened.
    #[schema(example = "evt_1c9f0x3abcdefghjk")]
    event_id: Option<String>,
    /// All of the webhook's types from that instant on; seven days are kept.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// All that was given up.
    failed: Option<bool>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReplayAnswer {
    #[schema(example = 12)]
    pub deliveries: u64,
}

impl From<&Replayed> for ReplayAnswer {
    fn from(replayed: &Replayed) -> Self {
        Self { deliveries: replayed.deliveries }
    }
}

/// Sends messages once more, each with its id of before, in the order of each customer.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/replay", operation_id = "replay_webhook", tag = "webhooks",
    security(("session" = ["webhooks.manage"]), ("token" = ["webhooks.manage"])),
    params(
        ("id" = String, Path, example = "whk_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = ReplayBody,
    responses(
        (status = 202, body = ReplayAnswer),
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
    ApiJson(body): ApiJson<ReplayBody>,
) -> Result<(StatusCode, Json<ReplayAnswer>), Problem> {
    let what = what_of(body)?;
    let answer = |replayed: &Replayed| kept(StatusCode::ACCEPTED, &ReplayAnswer::from(replayed));
    let replayed = webhooks::replay(&state.app, &actor, &id, &what, &key.once(&answer)).await;
    let replayed = replayed.map_err(problem_of_webhooks)?;
    Ok((StatusCode::ACCEPTED, Json(ReplayAnswer::from(&replayed))))
}

fn what_of(body: ReplayBody) -> Result<Replay, Problem> {
    let wrong =
        |pointer: &str, code: &str, allowed: &str| Problem::invalid(vec![ProblemField::new(pointer, code, allowed)]);
    match (body.event_id, body.since, body.failed.unwrap_or(false)) {
        (Some(event_id), None, false) => Ok(Replay::Event(event_id)),
        (None, Some(since), false) => {
            let at = Instant::parse_rfc3339(&since);
            at.map(Replay::Since).ok_or_else(|| wrong("/since", "malformed", "an instant such as 2026-11-21T08:00:00Z"))
        }
        (None, None, true) => Ok(Replay::Failed),
        _ => Err(wrong("", "out_of_range", "one of event_id, since, or failed: true")),
    }
}
