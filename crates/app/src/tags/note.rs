//! Applied facts become events of profiles, and what customers have follows.

use crate::access::Actor;
use crate::by_hand::Recorder;
use crate::consent::SOURCE;
use crate::webhooks::{Happened, Subscribers, publish};
use crate::{App, audit};
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKey};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::tag::{Ended, TAGS_EVENT, TagEvent, What, periods, valid_until};
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_store::tags::{self as table, EventRow, StandingRow};
use perennial_store::{ReadTx, StoreError, WriteTx, parts};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const WORKER: Actor = Actor::System("worker");

/// What the fact says of tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TagWords {
    #[serde(default)]
    pub set: Vec<Setting>,
    #[serde(default)]
    pub removed: Vec<Removal>,
    #[serde(default)]
    pub surface: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    pub recorded_by: Recorder,
}

/// A tag that is set, with the rules of its group at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Setting {
    pub tag: String,
    pub group: String,
    pub exclusive: bool,
    #[serde(default)]
    pub valid_days: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Removal {
    pub tag: String,
    pub group: String,
}

/// Notes what the facts of a block say about tags, in the commit that applies them.
pub(crate) async fn note_tags(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    block: &AppliedBlock,
) -> Result<(), StoreError> {
    if block.source != SOURCE {
        return Ok(());
    }
    let mut rows = Vec::new();
    for one in &block.facts {
        let Some((part, words)) = words_of(one) else { continue };
        let row = |what: What, tag: &str, group: &str| EventRow {
            position: 0,
            id: FactKey::of(&["tag", &one.fact.key.hex(), what.code(), tag]).hex(),
            part_number: part,
            tag: tag.to_owned(),
            group_code: group.to_owned(),
            is_exclusive: false,
            what: what.code().to_owned(),
            at: one.fact.at.0,
            expires_at: None,
            by_kind: words.recorded_by.kind.clone(),
            by_id: words.recorded_by.id.clone(),
            by_name: words.recorded_by.name.clone(),
            surface: words.surface.clone(),
            note: words.note.clone(),
        };
        rows.extend(words.removed.iter().map(|removal| row(What::Removed, &removal.tag, &removal.group)));
        rows.extend(words.set.iter().map(|setting| EventRow {
            is_exclusive: setting.exclusive,
            expires_at: valid_until(one.fact.at, setting.valid_days).map(|at| at.0),
            ..row(What::Set, &setting.tag, &setting.group)
        }));
    }
    if rows.is_empty() {
        return Ok(());
    }
    table::add_events(tx, &rows).await?;
    let parts: BTreeSet<i64> = rows.iter().map(|row| row.part_number).collect();
    let parts: Vec<i64> = parts.into_iter().collect();
    let customers: BTreeSet<i64> = customers_of(tx, &parts).await?.into_values().collect();
    let customers: Vec<i64> = customers.into_iter().collect();
    settle(app, tx, subscribers, &customers, rows).await.map(drop)
}

fn words_of(one: &AppliedFact) -> Option<(i64, TagWords)> {
    let tracked = one.fact.tracked.as_deref().filter(|tracked| tracked.name.as_deref() == Some(TAGS_EVENT))?;
    Some((i64::from(one.customer?.0), serde_json::from_str(tracked.properties.as_deref()?).ok()?))
}

/// Writes what follows from the events of these customers, of which `rows` are new; whoever wants to hear of it is told.
/// Returns how many tags were found to be expired.
pub(super) async fn settle(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    customers: &[i64],
    mut rows: Vec<EventRow>,
) -> Result<usize, StoreError> {
    let Refreshed { standing, expired } = refresh(tx, customers, app.clock.now()).await?;
    let count = expired.len();
    if count > 0 {
        let mut by_tag: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &expired {
            *by_tag.entry(&row.tag).or_default() += 1;
        }
        let detail = json!({ "customers_by_tag": by_tag });
        audit::append(app, tx, &WORKER, "tags.expired", "tags", detail).await?;
    }
    if !subscribers.want(EventType::CustomerTagsChanged, false) {
        return Ok(count);
    }
    rows.extend(expired);
    let parts: Vec<i64> = rows.iter().map(|row| row.part_number).collect();
    let customer_of = customers_of(tx, &parts).await?;
    let mut happened = Vec::new();
    for customer in customers {
        let own = |row: &&EventRow| customer_of.get(&row.part_number) == Some(customer);
        let named = |what: What| -> BTreeSet<&str> {
            rows.iter().filter(own).filter(|row| row.what == what.code()).map(|row| row.tag.as_str()).collect()
        };
        let (set, removed, expired) = (named(What::Set), named(What::Removed), named(What::Expired));
        let Some(number) = CustomerNumber::from_stored(*customer) else { continue };
        if set.is_empty() && removed.is_empty() && expired.is_empty() {
            continue;
        }
        let own = standing.iter().filter(|row| row.customer_number == *customer);
        let tags: Vec<&str> = own.map(|row| row.tag.as_str()).collect();
        let data = json!({
            "customer_id": number.public_id(), "tags": tags, "set": set, "removed": removed, "expired": expired,
        });
        happened.push(Happened::new(EventType::CustomerTagsChanged, Some(*customer), data));
    }
    publish(app, tx, subscribers, &happened).await?;
    Ok(count)
}

/// The customer of each of these profiles.
async fn customers_of(tx: &mut ReadTx<'_>, of: &[i64]) -> Result<HashMap<i64, i64>, StoreError> {
    let mut customers: HashMap<i64, i64> = of.iter().map(|part| (*part, *part)).collect();
    customers.extend(parts::load(tx, of).await?.into_iter().map(|row| (row.counters.number, row.customer_number)));
    Ok(customers)
}

/// What follows from the events of some customers.
pub(crate) struct Refreshed {
    pub standing: Vec<StandingRow>,
    /// That they have expired was not written down before.
    pub expired: Vec<EventRow>,
}

/// Writes anew which tags stand on these customers, and which have expired: after an event, and where their profiles are
/// others than before. A number that is no customer's any more has none.
pub(crate) async fn refresh(tx: &mut WriteTx<'_>, customers: &[i64], now: Instant) -> Result<Refreshed, StoreError> {
    table::remove_standing(tx, customers).await?;
    let mut customer_of: HashMap<i64, i64> = HashMap::new();
    for (part, customer) in parts::together(tx, customers).await? {
        customer_of.insert(part, customer);
    }
    for customer in customers {
        customer_of.entry(*customer).or_insert(*customer);
    }
    let all: Vec<i64> = customer_of.keys().copied().collect();
    let mut rows_of: BTreeMap<i64, Vec<EventRow>> = BTreeMap::new();
    for row in table::events_of_parts(tx, &all).await? {
        let customer = customer_of.get(&row.part_number).copied().unwrap_or(row.part_number);
        // Somebody who was absorbed is shown with the one who survived, when that one is written.
        if customers.contains(&customer) {
            rows_of.entry(customer).or_default().push(row);
        }
    }
    let (mut standing, mut expired) = (Vec::new(), Vec::new());
    for (customer_number, rows) in &rows_of {
        for period in periods(&events_of(rows), now) {
            let Some(set) = period.set_by.last().and_then(|place| rows.get(*place)) else { continue };
            match period.ended {
                None => standing.push(StandingRow {
                    customer_number: *customer_number,
                    part_number: set.part_number,
                    since_at: period.since.0,
                    expires_at: period.expires_at.map(|at| at.0),
                    tag: period.tag,
                }),
                Some((at, Ended::Expired)) => {
                    let row = expired_of(set, at);
                    if rows.iter().all(|known| known.id != row.id) {
                        expired.push(row);
                    }
                }
                Some((_, Ended::Removed { .. } | Ended::Replaced { .. })) => {}
            }
        }
    }
    table::add_standing(tx, &standing).await?;
    table::add_events(tx, &expired).await?;
    Ok(Refreshed { standing, expired })
}

/// That what this row set has expired, on the profile on which it was last set.
fn expired_of(set: &EventRow, at: Instant) -> EventRow {
    EventRow {
        position: 0,
        id: FactKey::of(&["tag_expired", &set.id]).hex(),
        what: What::Expired.code().to_owned(),
        at: at.0,
        expires_at: None,
        by_kind: WORKER.kind().to_owned(),
        by_id: WORKER.id().to_owned(),
        by_name: WORKER.name().to_owned(),
        surface: None,
        note: None,
        ..set.clone()
    }
}

/// What the rows say, each in the place of its row.
pub(super) fn events_of(rows: &[EventRow]) -> Vec<TagEvent> {
    rows.iter().map(event_of).collect()
}

pub(super) fn event_of(row: &EventRow) -> TagEvent {
    TagEvent {
        tag: row.tag.clone(),
        group: row.group_code.clone(),
        is_exclusive: row.is_exclusive,
        // The table lets in no other words.
        what: What::parse(&row.what).unwrap_or(What::Expired),
        at: Instant(row.at),
        expires_at: row.expires_at.map(Instant),
    }
}
