//! The outbox: what happened, written in the commit in which it happened.

use crate::App;
use crate::random::new_id;
use perennial_domain::webhook::EventType;
use perennial_store::webhooks::{self as table, NewDelivery, NewEvent};
use perennial_store::{ReadTx, StoreError, WriteTx};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Happened {
    pub event_type: EventType,
    /// What it is delivered in order with: a customer's number, or another number that is none.
    pub lane: Option<i64>,
    pub other_lane: Option<i64>,
    /// It came with a file.
    pub of_import: bool,
    pub data: Value,
}

impl Happened {
    pub fn new(event_type: EventType, lane: Option<i64>, data: Value) -> Self {
        Self { event_type, lane, other_lane: None, of_import: false, data }
    }
}

/// Who wants to hear of what. Empty in a workspace without webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscribers {
    endpoints: BTreeMap<String, Subscribed>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Subscribed {
    event_types: BTreeSet<String>,
    with_imports: bool,
}

impl Subscribed {
    fn wants(&self, event_type: EventType, of_import: bool) -> bool {
        (self.with_imports || !of_import) && self.event_types.contains(event_type.code())
    }
}

impl Subscribers {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let mut endpoints: BTreeMap<String, Subscribed> = BTreeMap::new();
        for row in table::subscriptions(tx).await? {
            let endpoint = endpoints.entry(row.endpoint_id).or_default();
            endpoint.with_imports = row.with_imports;
            endpoint.event_types.insert(row.event_type);
        }
        Ok(Self { endpoints })
    }

    pub fn want(&self, event_type: EventType, of_import: bool) -> bool {
        self.endpoints.values().any(|endpoint| endpoint.wants(event_type, of_import))
    }
}

/// Writes what somebody wants to hear of, with a delivery for each who does.
pub(crate) async fn publish(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    happened: &[Happened],
) -> Result<(), StoreError> {
    let wanted: Vec<&Happened> =
        happened.iter().filter(|one| subscribers.want(one.event_type, one.of_import)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let events: Vec<NewEvent> = wanted.iter().map(|one| event_of(app, one)).collect();
    let first = table::append_events(tx, &events).await?;
    let mut deliveries = Vec::new();
    for ((sequence, event), one) in (first..).zip(&events).zip(wanted) {
        let wants = |(_, endpoint): &(&String, &Subscribed)| endpoint.wants(one.event_type, one.of_import);
        let to = subscribers.endpoints.iter().filter(wants);
        deliveries.extend(to.map(|(endpoint_id, _)| NewDelivery { endpoint_id, sequence, event }));
    }
    table::append_deliveries(tx, &deliveries).await
}

/// Its time is that of the commit: what it tells of may have been long before, and says so itself.
pub(super) fn event_of(app: &App, one: &Happened) -> NewEvent {
    let at = app.clock.now();
    let body = json!({ "type": one.event_type.code(), "timestamp": at.rfc3339(), "data": one.data });
    NewEvent {
        event_id: new_id(app.random.as_ref(), "evt", at),
        event_type: one.event_type.code(),
        lane: one.lane,
        other_lane: one.other_lane,
        of_import: one.of_import,
        at,
        body: body.to_string(),
    }
}
