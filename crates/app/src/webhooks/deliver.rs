//! Delivering: what is due is taken, sent, and settled.
//!
//! Each endpoint has a task of its own while it has something due, so that a slow one holds up no other. An attempt is
//! counted before it is made; if this process dies meanwhile, it is due again when [`LEASE_SECONDS`] are over.

use super::change::pause_in_tx;
use super::error::WebhookError;
use super::secret::{secrets_of, sign};
use crate::App;
use crate::access::Actor;
use futures_util::future::join_all;
use perennial_connect::webhook::{Answer, SendError, Sender};
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_domain::webhook::{EndpointState, PausedReason, is_given_up, next_attempt};
use perennial_store::StoreError;
use perennial_store::webhooks::{self as table, DueRow, EndpointRow, NewAttempt, Settled, Stand};
use std::collections::{HashMap, HashSet};
use tokio::task::JoinSet;

/// Messages that are on their way to one endpoint at the same time, each of another customer.
pub const BATCH: usize = 16;
/// Longer than an attempt takes (`perennial_connect::webhook::TOTAL_MAX`), with room for settling it.
const LEASE_SECONDS: i64 = 30;
/// Batches that one task delivers before the others' turn comes to be looked for.
const BATCHES_PER_TASK: usize = 64;
const DELIVERER: Actor = Actor::System("webhooks");
const USER_AGENT: &str = concat!("Perennial/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// When there was nothing due: until what changes there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quiet {
    stand: Stand,
    next_at: Option<Instant>,
}

/// The tasks of this process.
pub struct Deliverer {
    app: App,
    sender: Sender,
    quiet: HashMap<String, Quiet>,
    busy: HashSet<String>,
    tasks: JoinSet<(String, Option<Quiet>)>,
}

impl Deliverer {
    pub fn new(app: &App, sender: Sender) -> Self {
        Self { app: app.clone(), sender, quiet: HashMap::new(), busy: HashSet::new(), tasks: JoinSet::new() }
    }

    /// Starts a task for each endpoint that may have something due and has none.
    pub async fn look(&mut self) -> Result<(), StoreError> {
        while let Some(ended) = self.tasks.try_join_next() {
            self.note(ended);
        }
        let now = self.app.clock.now();
        let mut tx = self.app.store.read().await?;
        let stand = table::stand(&mut tx).await?;
        // Where nobody ever published anything there is nothing to look for.
        if stand == Stand::default() {
            return Ok(());
        }
        let rows = table::list(&mut tx).await?;
        drop(tx);
        self.quiet.retain(|id, _| rows.iter().any(|row| row.id == *id));
        for row in rows.into_iter().filter(|row| row.state == EndpointState::Active.code()) {
            let is_quiet = |quiet: &Quiet| quiet.stand == stand && quiet.next_at.is_none_or(|at| now < at);
            if self.busy.contains(&row.id) || self.quiet.get(&row.id).is_some_and(is_quiet) {
                continue;
            }
            let (app, sender, id) = (self.app.clone(), self.sender.clone(), row.id);
            self.busy.insert(id.clone());
            self.tasks.spawn(async move {
                let quiet = deliver_all(&app, &sender, &id).await.unwrap_or_else(|error| {
                    tracing::warn!(webhook.id = %id, %error, "webhooks could not be delivered; they stay where they are");
                    None
                });
                (id, quiet)
            });
        }
        Ok(())
    }

    /// Returns once all tasks have ended.
    pub async fn settled(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            self.note(ended);
        }
    }

    fn note(&mut self, ended: Result<(String, Option<Quiet>), tokio::task::JoinError>) {
        match ended {
            Ok((id, quiet)) => {
                self.busy.remove(&id);
                match quiet {
                    Some(quiet) => self.quiet.insert(id, quiet),
                    None => self.quiet.remove(&id),
                };
            }
            // Whose it was is not told: all are looked at anew, and those under way take nothing twice.
            Err(error) => {
                tracing::error!(%error, "delivering webhooks broke off, it begins anew");
                self.busy.clear();
            }
        }
    }
}

/// Batch after batch; tells until when there is nothing more.
async fn deliver_all(app: &App, sender: &Sender, id: &str) -> Result<Option<Quiet>, WebhookError> {
    for _ in 0..BATCHES_PER_TASK {
        let mut tx = app.store.read().await?;
        let stand = table::stand(&mut tx).await?;
        let now = app.clock.now();
        if table::due(&mut tx, id, now, 1).await?.is_empty() {
            return Ok(Some(Quiet { stand, next_at: table::next_at(&mut tx, id, now).await? }));
        }
        drop(tx);
        if !deliver_batch(app, sender, id).await? {
            return Ok(None);
        }
    }
    Ok(None)
}

/// False where the endpoint takes nothing any more, or others were faster.
async fn deliver_batch(app: &App, sender: &Sender, id: &str) -> Result<bool, WebhookError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    table::lock_taker(&mut tx).await?;
    let Some(row) = table::get(&mut tx, id).await?.filter(|row| row.state == EndpointState::Active.code()) else {
        return Ok(false);
    };
    let due = table::due(&mut tx, id, now, BATCH as i64).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let until = Instant(now.0 + LEASE_SECONDS * MICROS_PER_SECOND);
    for one in &due {
        table::take(&mut tx, id, one.sequence, until).await?;
    }
    tx.commit().await?;
    let secrets = secrets_of(app, &row, now).map_err(|error| {
        tracing::error!(webhook.id = %id, %error, "the secret of a webhook cannot be read");
    });
    let attempts = due.iter().map(|one| attempt(app, sender, &row, secrets.as_deref().ok(), one));
    let outcomes: Vec<Outcome> = join_all(attempts).await;
    settle(app, id, &due, outcomes).await
}

struct Outcome {
    at: Instant,
    duration_ms: i64,
    answer: Result<Answer, &'static str>,
}

impl Outcome {
    fn status(&self) -> Option<i64> {
        self.answer.ok().map(|answer| i64::from(answer.status))
    }

    fn is_delivered(&self) -> bool {
        self.answer.is_ok_and(|answer| (200..300).contains(&answer.status))
    }

    /// Why it is not delivered.
    fn error(&self) -> Option<&'static str> {
        match self.answer {
            Ok(answer) if (200..300).contains(&answer.status) => None,
            Ok(answer) if (300..400).contains(&answer.status) => Some("redirect"),
            Ok(_) => Some("status"),
            Err(error) => Some(error),
        }
    }
}

async fn attempt(
    app: &App,
    sender: &Sender,
    endpoint: &EndpointRow,
    secrets: Option<&[Vec<u8>]>,
    due: &DueRow,
) -> Outcome {
    let at = app.clock.now();
    let Some(secrets) = secrets else { return Outcome { at, duration_ms: 0, answer: Err("secret_unreadable") } };
    let mut headers = vec![("content-type", "application/json".to_owned()), ("user-agent", USER_AGENT.to_owned())];
    headers.extend(sign(secrets, &due.event_id, at, &due.body));
    let begun = tokio::time::Instant::now();
    let answer = sender.post(&endpoint.url, &headers, due.body.clone()).await.map_err(SendError::code);
    let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    Outcome { at, duration_ms, answer }
}

/// False where the endpoint is paused or gone by now.
async fn settle(app: &App, id: &str, due: &[DueRow], outcomes: Vec<Outcome>) -> Result<bool, WebhookError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    table::lock_taker(&mut tx).await?;
    let Some(row) = table::get(&mut tx, id).await? else { return Ok(false) };
    let mut goes_on = row.state == EndpointState::Active.code();
    // First the endpoint, then its deliveries, as whoever removes old ones.
    if outcomes.iter().any(Outcome::is_delivered) {
        if row.failing_since.is_some() {
            table::set_failing_since(&mut tx, id, None).await?;
        }
    } else {
        let since = row.failing_since.unwrap_or(now);
        if row.failing_since.is_none() {
            table::set_failing_since(&mut tx, id, Some(since)).await?;
        }
        let is_gone = outcomes.iter().any(|outcome| outcome.status() == Some(410));
        let reason = if is_gone { PausedReason::Gone } else { PausedReason::Failures };
        if goes_on && (is_gone || is_given_up(since, now)) {
            tracing::warn!(webhook.id = %id, reason = reason.code(), "a webhook is paused");
            let row = EndpointRow { failing_since: Some(since), ..row };
            pause_in_tx(app, &mut tx, &DELIVERER, row, reason).await?;
            goes_on = false;
        }
    }
    let mut log = Vec::with_capacity(due.len());
    for (one, outcome) in due.iter().zip(&outcomes) {
        let attempt = one.attempts + 1;
        let asked = outcome.answer.ok().and_then(|answer| answer.retry_after_seconds);
        let (state, next_at) = match next_attempt(attempt, now, asked) {
            _ if outcome.is_delivered() => ("delivered", now),
            Some(next_at) => ("waiting", next_at),
            None => ("failed", now),
        };
        let settled = Settled {
            sequence: one.sequence,
            attempt,
            state,
            next_at,
            at: outcome.at,
            status: outcome.status(),
            error: outcome.error(),
        };
        // Whether it counts or came too late: it was made, and stands in the log.
        table::settle(&mut tx, id, &settled).await?;
        log.push(NewAttempt {
            endpoint_id: id.to_owned(),
            event_id: one.event_id.clone(),
            event_type: one.event_type.clone(),
            attempt,
            at: outcome.at,
            duration_ms: outcome.duration_ms,
            status: outcome.status(),
            error: outcome.error().map(str::to_owned),
        });
    }
    table::append_attempts(&mut tx, &log).await?;
    tx.commit().await?;
    let delivered = outcomes.iter().filter(|outcome| outcome.is_delivered()).count() as u64;
    metrics::counter!("webhooks_delivered_total").increment(delivered);
    metrics::counter!("webhooks_failed_total").increment(outcomes.len() as u64 - delivered);
    Ok(goes_on)
}
