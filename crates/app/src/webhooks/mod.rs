//! Webhooks: telling other systems what happened, signed as Standard Webhooks say.
//!
//! | step | where | commit |
//! |---|---|---|
//! | something happens; whoever makes it happen says so | [`publish`] | that of what happened: outbox and deliveries |
//! | what is due is taken: of each customer and endpoint one | [`Deliverer`] | one for up to [`BATCH`], before anything is sent |
//! | it is sent | `perennial_connect::webhook` | none |
//! | what became of it | [`Deliverer`] | one for the batch: state, log, and a pause where the endpoint is given up |
//!
//! Tables: `webhook_endpoints`, `webhook_subscriptions`, `webhook_events`, `webhook_deliveries`, `webhook_attempts`.
//!
//! Invariants: an event is written once, in the commit of what it tells of; it is delivered at least once and always
//! carries the same id; what is of one customer is delivered in its order at each endpoint, and what waits for a retry holds up
//! only what comes after it of the same customer; a merge is of both customers. Each attempt stands in the log. Events are kept
//! for seven days and can be replayed as long. A message names no person: ids, amounts and products only. Secrets are sealed
//! (`crate::sealed`). Without an endpoint, nothing is written at all.
//!
//! Who publishes holds `journal::lock_applier`, or tells of nothing that has an order.

mod change;
mod deliver;
mod error;
mod publish;
mod replay;
mod secret;
mod view;

pub use change::{
    NewEndpoint, SECRET_OVERLAP_SECONDS_DEFAULT, create_endpoint, delete_endpoint, pause_endpoint, resume_endpoint,
    rotate_secret, update_endpoint,
};
pub use deliver::{BATCH, Deliverer};
pub use error::WebhookError;
pub(crate) use publish::{Happened, Subscribers, publish};
pub use replay::{Replay, Replayed, replay, test_endpoint};
pub use secret::{SECRET_PREFIX, sign};
pub use view::{
    Attempt, Delivery, DeliveryCounts, DeliveryState, Endpoint, EndpointView, attempts, deliveries, get_endpoint,
    list_endpoints,
};

use crate::App;
use perennial_domain::webhook::oldest_event;
use perennial_store::{StoreError, webhooks as table};

/// Events that go in one commit.
const FORGET_STEP: i64 = 2_000;

/// Removes events that are too old to be replayed, with what became of them.
pub async fn forget_old(app: &App) -> Result<(), StoreError> {
    let before = oldest_event(app.clock.now());
    loop {
        let mut tx = app.store.write().await?;
        let gone = table::remove_old(&mut tx, before, FORGET_STEP).await?;
        tx.commit().await?;
        if gone == 0 {
            break;
        }
    }
    let mut tx = app.store.write().await?;
    table::remove_old_attempts(&mut tx, before).await?;
    tx.commit().await
}
