//! Webhooks: endpoints with their secrets, the outbox of events, and what became of each at each endpoint.
//!
//! Tables: `webhook_endpoints`, `webhook_subscriptions`, `webhook_events` (the outbox), `webhook_deliveries` (a row for each
//! event and endpoint), `webhook_attempts` (the log). Invariants: sequences ascend in the order of commits; of one lane (a
//! customer) and endpoint, only the first that waits is due, and an event of two lanes is of both; an attempt is taken
//! before it is made, and settled by its number, so that an answer that comes late changes nothing. Secrets come sealed.
//!
//! Whoever takes deliveries calls [`lock_taker`] first: two must not take the same.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::row::{Bind, Row};
use crate::{exec, sequences};
use perennial_domain::time::Instant;

/// The order of events; the first is 1.
const EVENTS: &str = "webhook_events";
/// Grows when deliveries become due by something else than a new event or time.
const CHANGES: &str = "webhook_changes";
const TAKER: &str = "webhook_taker";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointRow {
    pub id: String,
    pub url: String,
    pub description: String,
    /// Also events of facts that came with an import.
    pub with_imports: bool,
    /// `active` or `paused`.
    pub state: String,
    pub paused_reason: Option<String>,
    pub paused_at: Option<Instant>,
    /// The first failure since the last success.
    pub failing_since: Option<Instant>,
    /// Sealed.
    pub secret: Vec<u8>,
    pub previous_secret: Option<Vec<u8>>,
    pub previous_secret_until: Option<Instant>,
    /// Events that were never delivered and are too old to be.
    pub expired: i64,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionRow {
    pub endpoint_id: String,
    pub event_type: String,
    pub with_imports: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub event_id: String,
    pub event_type: &'static str,
    pub lane: Option<i64>,
    pub other_lane: Option<i64>,
    pub of_import: bool,
    pub at: Instant,
    /// The JSON that is sent.
    pub body: String,
}

/// What is to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    pub sequence: i64,
    /// Made before this one.
    pub attempts: i64,
    pub event_id: String,
    pub event_type: String,
    pub body: String,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled<'a> {
    pub sequence: i64,
    /// Its number, from 1.
    pub attempt: i64,
    /// `waiting`, `delivered` or `failed`.
    pub state: &'static str,
    pub next_at: Instant,
    pub at: Instant,
    pub status: Option<i64>,
    pub error: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttempt {
    pub endpoint_id: String,
    pub event_id: String,
    pub event_type: String,
    pub attempt: i64,
    pub at: Instant,
    pub duration_ms: i64,
    pub status: Option<i64>,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    pub id: i64,
    pub event_id: String,
    pub event_type: String,
    pub attempt: i64,
    pub at: Instant,
    pub duration_ms: i64,
    pub status: Option<i64>,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    pub sequence: i64,
    pub event_id: String,
    pub event_type: String,
    /// When it happened.
    pub event_at: Instant,
    pub state: String,
    pub attempts: i64,
    pub next_at: Instant,
    pub last_at: Option<Instant>,
    pub last_status: Option<i64>,
    pub last_error: Option<String>,
    pub body: String,
}

/// How many deliveries of an endpoint are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRow {
    pub endpoint_id: String,
    pub state: String,
    pub deliveries: i64,
}

/// Counters that tell whether anything became due by something else than time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    pub events: i64,
    pub changes: i64,
}

pub async fn insert(tx: &mut WriteTx<'_>, row: &EndpointRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.url).into(),
        (&row.description).into(),
        row.with_imports.into(),
        (&row.state).into(),
        (&row.paused_reason).into(),
        row.paused_at.into(),
        row.failing_since.into(),
        row.secret.as_slice().into(),
        Bind::Bytes(row.previous_secret.clone()),
        row.previous_secret_until.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "webhooks.insert", binds).await
}

/// All of them, the oldest first.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<EndpointRow>> {
    exec::all(tx, "webhooks.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<EndpointRow>> {
    exec::optional(tx, "webhooks.get", vec![id.into()], read).await
}

/// Replaces what can be changed and raises the version; `false` where `row.version` is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &EndpointRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.version.into(),
        (&row.url).into(),
        (&row.description).into(),
        row.with_imports.into(),
        (&row.state).into(),
        (&row.paused_reason).into(),
        row.paused_at.into(),
        row.failing_since.into(),
        row.secret.as_slice().into(),
        Bind::Bytes(row.previous_secret.clone()),
        row.previous_secret_until.into(),
    ];
    Ok(exec::execute(tx, "webhooks.update", binds).await? == 1)
}

/// `false` where the endpoint is gone.
pub async fn set_failing_since(tx: &mut WriteTx<'_>, id: &str, at: Option<Instant>) -> Result<bool> {
    Ok(exec::execute(tx, "webhooks.set_failing_since", vec![id.into(), at.into()]).await? == 1)
}

/// The endpoint with all that was to be sent to it; `false` where there is none.
pub async fn remove(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    for statement in ["webhooks.remove_attempts_of", "webhooks.remove_deliveries_of", "webhooks.unsubscribe"] {
        // As many as there are.
        exec::execute(tx, statement, vec![id.into()]).await?;
    }
    Ok(exec::execute(tx, "webhooks.remove", vec![id.into()]).await? == 1)
}

/// Replaces the types of events that the endpoint gets.
pub async fn subscribe(tx: &mut WriteTx<'_>, endpoint_id: &str, event_types: &[&str]) -> Result<()> {
    exec::execute(tx, "webhooks.unsubscribe", vec![endpoint_id.into()]).await?;
    let touched = exec::bulk(tx, "webhooks.subscribe", event_types, |event_type, binder| {
        binder.text(endpoint_id);
        binder.text(event_type);
    })
    .await?;
    exec::expect_rows("webhooks.subscribe", event_types.len(), touched)
}

/// Of all endpoints, also those that are paused.
pub async fn subscriptions(tx: &mut ReadTx<'_>) -> Result<Vec<SubscriptionRow>> {
    exec::all(tx, "webhooks.subscriptions", vec![], |row| {
        Ok(SubscriptionRow { endpoint_id: row.text(0)?, event_type: row.text(1)?, with_imports: row.bool(2)? })
    })
    .await
}

/// Writes events into the outbox; returns the sequence of the first.
pub async fn append_events(tx: &mut WriteTx<'_>, events: &[NewEvent]) -> Result<i64> {
    let first = sequences::reserve(tx, EVENTS, i64::try_from(events.len()).unwrap_or(i64::MAX)).await?;
    let numbered: Vec<(i64, &NewEvent)> = (first..).zip(events).collect();
    let touched = exec::bulk(tx, "webhooks.append_events", &numbered, |(sequence, event), binder| {
        binder.i64(*sequence);
        binder.text(&event.event_id);
        binder.text(event.event_type);
        binder.opt_i64(event.lane);
        binder.opt_i64(event.other_lane);
        binder.bool(event.of_import);
        binder.i64(event.at.0);
        binder.text(&event.body);
    })
    .await?;
    exec::expect_rows("webhooks.append_events", events.len(), touched)?;
    Ok(first)
}

/// An event that was just appended, for one endpoint.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery<'a> {
    pub endpoint_id: &'a str,
    pub sequence: i64,
    pub event: &'a NewEvent,
}

pub async fn append_deliveries(tx: &mut WriteTx<'_>, deliveries: &[NewDelivery<'_>]) -> Result<()> {
    let touched = exec::bulk(tx, "webhooks.append_deliveries", deliveries, |delivery, binder| {
        binder.text(delivery.endpoint_id);
        binder.i64(delivery.sequence);
        binder.opt_i64(delivery.event.lane);
        binder.opt_i64(delivery.event.other_lane);
        binder.text("waiting");
        binder.i64(0);
        binder.i64(delivery.event.at.0);
    })
    .await?;
    exec::expect_rows("webhooks.append_deliveries", deliveries.len(), touched)
}

/// Whether anything may have become due since.
pub async fn stand(tx: &mut ReadTx<'_>) -> Result<Stand> {
    Ok(Stand { events: sequences::current(tx, EVENTS).await?, changes: sequences::current(tx, CHANGES).await? })
}

/// Makes this transaction the only one that takes deliveries until its end.
pub async fn lock_taker(tx: &mut WriteTx<'_>) -> Result<()> {
    sequences::reserve(tx, TAKER, 0).await.map(|_| ())
}

/// What of an endpoint is to be sent now, the oldest first: of each lane one.
pub async fn due(tx: &mut ReadTx<'_>, endpoint_id: &str, now: Instant, limit: i64) -> Result<Vec<DueRow>> {
    exec::all(tx, "webhooks.due", vec![endpoint_id.into(), now.into(), limit.into()], |row| {
        Ok(DueRow {
            sequence: row.i64(0)?,
            attempts: row.i64(1)?,
            event_id: row.text(2)?,
            event_type: row.text(3)?,
            body: row.text(4)?,
        })
    })
    .await
}

/// When the next retry is due, or the next attempt that nobody has settled.
pub async fn next_at(tx: &mut ReadTx<'_>, endpoint_id: &str, now: Instant) -> Result<Option<Instant>> {
    exec::one(tx, "webhooks.next_at", vec![endpoint_id.into(), now.into()], |row| row.opt_instant(0)).await
}

/// Counts an attempt before it is made; if nobody settles it, it is due again at `until`.
pub async fn take(tx: &mut WriteTx<'_>, endpoint_id: &str, sequence: i64, until: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "webhooks.take", vec![endpoint_id.into(), sequence.into(), until.into()]).await
}

/// `false` where it is another attempt's turn by now.
pub async fn settle(tx: &mut WriteTx<'_>, endpoint_id: &str, settled: &Settled<'_>) -> Result<bool> {
    let binds = vec![
        endpoint_id.into(),
        settled.sequence.into(),
        settled.attempt.into(),
        settled.state.into(),
        settled.next_at.into(),
        settled.at.into(),
        settled.status.into(),
        settled.error.into(),
    ];
    Ok(exec::execute(tx, "webhooks.settle", binds).await? == 1)
}

pub async fn append_attempts(tx: &mut WriteTx<'_>, attempts: &[NewAttempt]) -> Result<()> {
    let touched = exec::bulk(tx, "webhooks.append_attempts", attempts, |attempt, binder| {
        binder.text(&attempt.endpoint_id);
        binder.text(&attempt.event_id);
        binder.text(&attempt.event_type);
        binder.i64(attempt.attempt);
        binder.i64(attempt.at.0);
        binder.i64(attempt.duration_ms);
        binder.opt_i64(attempt.status);
        binder.opt_text(attempt.error.as_deref());
    })
    .await?;
    exec::expect_rows("webhooks.append_attempts", attempts.len(), touched)
}

async fn note_change(tx: &mut WriteTx<'_>) -> Result<()> {
    sequences::reserve(tx, CHANGES, 1).await.map(|_| ())
}

/// What waits is due now; returns how many.
pub async fn hurry(tx: &mut WriteTx<'_>, endpoint_id: &str, now: Instant) -> Result<u64> {
    note_change(tx).await?;
    exec::execute(tx, "webhooks.hurry", vec![endpoint_id.into(), now.into()]).await
}

/// All events of the endpoint's types since then are to be delivered once more; returns how many.
pub async fn replay_since(tx: &mut WriteTx<'_>, endpoint: &EndpointRow, since: Instant, now: Instant) -> Result<u64> {
    note_change(tx).await?;
    let binds = vec![(&endpoint.id).into(), now.into(), since.into(), endpoint.with_imports.into()];
    exec::execute(tx, "webhooks.replay_since", binds).await
}

/// `false` where there is no such event, or it is from before `oldest`.
pub async fn replay_event(
    tx: &mut WriteTx<'_>,
    endpoint_id: &str,
    event_id: &str,
    oldest: Instant,
    now: Instant,
) -> Result<bool> {
    note_change(tx).await?;
    let binds = vec![endpoint_id.into(), now.into(), event_id.into(), oldest.into()];
    Ok(exec::execute(tx, "webhooks.replay_event", binds).await? == 1)
}

/// Those that were given up are to be delivered once more; returns how many.
pub async fn replay_failed(tx: &mut WriteTx<'_>, endpoint_id: &str, now: Instant) -> Result<u64> {
    note_change(tx).await?;
    exec::execute(tx, "webhooks.replay_failed", vec![endpoint_id.into(), now.into()]).await
}

pub async fn counts(tx: &mut ReadTx<'_>) -> Result<Vec<CountRow>> {
    exec::all(tx, "webhooks.counts", vec![], |row| {
        Ok(CountRow { endpoint_id: row.text(0)?, state: row.text(1)?, deliveries: row.i64(2)? })
    })
    .await
}

/// The newest first, with sequences below that one; of one state or of all.
pub async fn deliveries(
    tx: &mut ReadTx<'_>,
    endpoint_id: &str,
    state: Option<&str>,
    before: i64,
    limit: i64,
) -> Result<Vec<DeliveryRow>> {
    let mut binds: Vec<Bind> = vec![endpoint_id.into(), before.into(), limit.into()];
    match state {
        None => exec::all(tx, "webhooks.deliveries", binds, read_delivery).await,
        Some(state) => {
            binds.push(state.into());
            exec::all(tx, "webhooks.deliveries_in_state", binds, read_delivery).await
        }
    }
}

/// The log, the newest first, with ids below that one.
pub async fn attempts(tx: &mut ReadTx<'_>, endpoint_id: &str, before: i64, limit: i64) -> Result<Vec<AttemptRow>> {
    exec::all(tx, "webhooks.attempts", vec![endpoint_id.into(), before.into(), limit.into()], |row| {
        Ok(AttemptRow {
            id: row.i64(0)?,
            event_id: row.text(1)?,
            event_type: row.text(2)?,
            attempt: row.i64(3)?,
            at: row.instant(4)?,
            duration_ms: row.i64(5)?,
            status: row.opt_i64(6)?,
            error: row.opt_text(7)?,
        })
    })
    .await
}

/// Removes the oldest events from before that instant, so many at most, with their deliveries; what was never delivered is
/// counted. Returns how many events went.
pub async fn remove_old(tx: &mut WriteTx<'_>, before: Instant, limit: i64) -> Result<u64> {
    let binds = vec![before.into(), limit.into()];
    let Some(last) = exec::one(tx, "webhooks.old_events", binds, |row| row.opt_i64(0)).await? else { return Ok(0) };
    exec::execute(tx, "webhooks.count_expired", vec![last.into()]).await?;
    exec::execute(tx, "webhooks.remove_old_deliveries", vec![last.into()]).await?;
    exec::execute(tx, "webhooks.remove_old_events", vec![last.into()]).await
}

/// Removes the events of a lane, sent or not, with what became of them; returns how many events. Under [`lock_taker`].
pub async fn remove_events_of(tx: &mut WriteTx<'_>, lane: i64) -> Result<u64> {
    exec::execute(tx, "webhooks.remove_deliveries_of_lane", vec![lane.into()]).await?;
    exec::execute(tx, "webhooks.remove_events_of_lane", vec![lane.into()]).await
}

/// Removes the log from before that instant; returns how many lines.
pub async fn remove_old_attempts(tx: &mut WriteTx<'_>, before: Instant) -> Result<u64> {
    exec::execute(tx, "webhooks.remove_old_attempts", vec![before.into()]).await
}

fn read(row: &Row<'_>) -> Result<EndpointRow> {
    Ok(EndpointRow {
        id: row.text(0)?,
        url: row.text(1)?,
        description: row.text(2)?,
        with_imports: row.bool(3)?,
        state: row.text(4)?,
        paused_reason: row.opt_text(5)?,
        paused_at: row.opt_instant(6)?,
        failing_since: row.opt_instant(7)?,
        secret: row.bytes(8)?,
        previous_secret: row.opt_bytes(9)?,
        previous_secret_until: row.opt_instant(10)?,
        expired: row.i64(11)?,
        created_by: row.text(12)?,
        created_at: row.instant(13)?,
        version: row.i64(14)?,
    })
}

fn read_delivery(row: &Row<'_>) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        sequence: row.i64(0)?,
        event_id: row.text(1)?,
        event_type: row.text(2)?,
        event_at: row.instant(3)?,
        state: row.text(4)?,
        attempts: row.i64(5)?,
        next_at: row.instant(6)?,
        last_at: row.opt_instant(7)?,
        last_status: row.opt_i64(8)?,
        last_error: row.opt_text(9)?,
        body: row.text(10)?,
    })
}
