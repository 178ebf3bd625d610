//! Endpoints, deliveries and the log as they are shown: without secrets.

use super::error::WebhookError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_domain::webhook::{EndpointSettings, EndpointState, EventType, PausedReason};
use perennial_store::webhooks::{self as table, AttemptRow, DeliveryRow, EndpointRow};
use perennial_store::{ReadTx, StoreError};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub id: String,
    pub settings: EndpointSettings,
    pub state: EndpointState,
    /// Why and since when it is paused.
    pub paused: Option<(PausedReason, Instant)>,
    /// The first failure since the last success.
    pub failing_since: Option<Instant>,
    /// Until then messages are signed by the earlier secret too.
    pub previous_secret_until: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

impl Endpoint {
    /// What is stored is what this program wrote; a type that a later version knows is left out.
    pub(super) fn of(row: &EndpointRow, event_types: &[String], now: Instant) -> Result<Self, StoreError> {
        let wrong = |column| StoreError::Inconsistency { table: "webhook_endpoints", column, row: row.id.clone() };
        let paused = match (&row.paused_reason, row.paused_at) {
            (Some(reason), Some(at)) => Some((PausedReason::parse(reason).ok_or_else(|| wrong("paused_reason"))?, at)),
            _ => None,
        };
        // In the order in which this program names them, however they are stored.
        let mut event_types: Vec<_> = event_types.iter().filter_map(|code| EventType::parse(code)).collect();
        event_types.sort_unstable();
        Ok(Self {
            id: row.id.clone(),
            settings: EndpointSettings {
                url: row.url.clone(),
                description: row.description.clone(),
                event_types,
                with_imports: row.with_imports,
            },
            state: EndpointState::parse(&row.state).ok_or_else(|| wrong("state"))?,
            paused,
            failing_since: row.failing_since,
            previous_secret_until: row.previous_secret_until.filter(|until| *until > now),
            created_by: row.created_by.clone(),
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// What became of what was to be delivered in the last seven days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    pub waiting: i64,
    pub delivered: i64,
    /// All attempts failed.
    pub failed: i64,
    /// Ever: too old to be delivered.
    pub expired: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointView {
    pub endpoint: Endpoint,
    pub counts: DeliveryCounts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    Waiting,
    Delivered,
    Failed,
}

impl DeliveryState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

pub type Delivery = DeliveryRow;
pub type Attempt = AttemptRow;

/// All of them, the oldest first.
pub async fn list_endpoints(app: &App, actor: &Actor) -> Result<Vec<EndpointView>, WebhookError> {
    require(actor, Right::WebhooksRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let types = types_by_endpoint(&mut tx).await?;
    let mut counts: HashMap<String, DeliveryCounts> = HashMap::new();
    for row in table::counts(&mut tx).await? {
        let count = counts.entry(row.endpoint_id).or_default();
        match DeliveryState::parse(&row.state) {
            Some(DeliveryState::Waiting) => count.waiting = row.deliveries,
            Some(DeliveryState::Delivered) => count.delivered = row.deliveries,
            Some(DeliveryState::Failed) => count.failed = row.deliveries,
            None => {}
        }
    }
    let mut views = Vec::new();
    for row in table::list(&mut tx).await? {
        let of_it = types.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let counts = counts.get(&row.id).copied().unwrap_or_default();
        let counts = DeliveryCounts { expired: row.expired, ..counts };
        views.push(EndpointView { endpoint: Endpoint::of(&row, of_it, now)?, counts });
    }
    Ok(views)
}

pub async fn get_endpoint(app: &App, actor: &Actor, id: &str) -> Result<EndpointView, WebhookError> {
    let all = list_endpoints(app, actor).await?;
    all.into_iter().find(|view| view.endpoint.id == id).ok_or(WebhookError::NotFound)
}

pub(super) async fn types_by_endpoint(tx: &mut ReadTx<'_>) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let mut types: HashMap<String, Vec<String>> = HashMap::new();
    for row in table::subscriptions(tx).await? {
        types.entry(row.endpoint_id).or_default().push(row.event_type);
    }
    Ok(types)
}

/// What was to be delivered in the last seven days, the newest first: with sequences below that one.
pub async fn deliveries(
    app: &App,
    actor: &Actor,
    id: &str,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<Delivery>, Option<i64>), WebhookError> {
    require(actor, Right::WebhooksRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    let (before, state) = (before.unwrap_or(i64::MAX), state.map(DeliveryState::code));
    let rows = table::deliveries(&mut tx, id, state, before, limit as i64 + 1).await?;
    Ok(page_of(rows, limit, |row| row.sequence))
}

/// The log, the newest first: with ids below that one.
pub async fn attempts(
    app: &App,
    actor: &Actor,
    id: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<Attempt>, Option<i64>), WebhookError> {
    require(actor, Right::WebhooksRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(WebhookError::NotFound)?;
    let rows = table::attempts(&mut tx, id, before.unwrap_or(i64::MAX), limit as i64 + 1).await?;
    Ok(page_of(rows, limit, |row| row.id))
}

/// The page, and before what the next one begins.
fn page_of<T>(mut rows: Vec<T>, limit: usize, key: impl Fn(&T) -> i64) -> (Vec<T>, Option<i64>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(key);
    (rows, next)
}
