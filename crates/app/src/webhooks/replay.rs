//! Delivering once more, and delivering something to look whether it arrives.

use super::error::WebhookError;
use super::publish::{Happened, event_of};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_domain::webhook::{EndpointState, EventType, oldest_event};
use perennial_store::webhooks::{self as table, NewDelivery};
use serde_json::json;

/// What is to be delivered once more, with its id of before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Also one that was not for this endpoint when it happened.
    Event(String),
    /// All that was given up.
    Failed,
    /// All of the endpoint's types from that instant on, as far as it is kept.
    Since(Instant),
}

/// How many deliveries wait now that did not before, or begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    pub deliveries: u64,
}

pub async fn replay(
    app: &App,
    actor: &Actor,
    id: &str,
    what: &Replay,
    once: &Once<'_, Replayed>,
) -> Result<Replayed, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let now = app.clock.now();
    let oldest = oldest_event(now);
    let mut tx = app.store.write().await?;
    once.claim::<WebhookError>(app, &mut tx).await?;
    table::lock_taker(&mut tx).await?;
    let row = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    let (deliveries, what) = match what {
        Replay::Event(event_id) => {
            if !table::replay_event(&mut tx, id, event_id, oldest, now).await? {
                return Err(WebhookError::NoEvent);
            }
            (1, json!({ "event": event_id }))
        }
        Replay::Failed => (table::replay_failed(&mut tx, id, now).await?, json!({ "failed": true })),
        Replay::Since(since) => {
            let since = (*since).max(oldest);
            (table::replay_since(&mut tx, &row, since, now).await?, json!({ "since": since.rfc3339() }))
        }
    };
    let mut detail = what;
    detail["deliveries"] = deliveries.into();
    audit::append(app, &mut tx, actor, "webhook.replayed", id, detail).await?;
    let replayed = Replayed { deliveries };
    once.keep(&mut tx, &replayed).await?;
    tx.commit().await?;
    Ok(replayed)
}

/// Sends a message that tells of nothing; returns its id, by which its delivery is found.
pub async fn test_endpoint(
    app: &App,
    actor: &Actor,
    id: &str,
    once: &Once<'_, String>,
) -> Result<String, WebhookError> {
    require(actor, Right::WebhooksManage)?;
    let mut tx = app.store.write().await?;
    once.claim::<WebhookError>(app, &mut tx).await?;
    let row = table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    if row.state != EndpointState::Active.code() {
        return Err(WebhookError::Paused);
    }
    let event = event_of(app, &Happened::new(EventType::WebhookTest, None, json!({ "webhook_id": id })));
    let sequence = table::append_events(&mut tx, std::slice::from_ref(&event)).await?;
    table::append_deliveries(&mut tx, &[NewDelivery { endpoint_id: id, sequence, event: &event }]).await?;
    audit::append(app, &mut tx, actor, "webhook.tested", id, json!({})).await?;
    once.keep(&mut tx, &event.event_id).await?;
    tx.commit().await?;
    Ok(event.event_id)
}
