//! Applied facts become events of profiles, and what customers have follows.

use crate::App;
use crate::by_hand::Recorder;
use crate::consent::SOURCE;
use crate::webhooks::{Happened, Subscribers, publish};
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKey};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::tag::{TAGS_EVENT, TagEvent, What, periods};
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::webhook::EventType;
use perennial_store::tags::{self as table, EventRow, StandingRow};
use perennial_store::{ReadTx, StoreError, WriteTx, parts};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
            expires_at: setting.valid_days.map(|days| one.fact.at.0 + days * MICROS_PER_DAY),
            ..row(What::Set, &setting.tag, &setting.group)
        }));
    }
    add_and_tell(app, tx, subscribers, &rows).await
}

fn words_of(one: &AppliedFact) -> Option<(i64, TagWords)> {
    let tracked = one.fact.tracked.as_deref().filter(|tracked| tracked.name.as_deref() == Some(TAGS_EVENT))?;
    Some((i64::from(one.customer?.0), serde_json::from_str(tracked.properties.as_deref()?).ok()?))
}

/// Writes events, and what follows from them; whoever wants to hear of it is told.
pub(super) async fn add_and_tell(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    rows: &[EventRow],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    table::add_events(tx, rows).await?;
    let parts: BTreeSet<i64> = rows.iter().map(|row| row.part_number).collect();
    let parts: Vec<i64> = parts.into_iter().collect();
    let customer_of = customers_of(tx, &parts).await?;
    let customers: BTreeSet<i64> = customer_of.values().copied().collect();
    let customers: Vec<i64> = customers.into_iter().collect();
    let standing = refresh(tx, &customers, app.clock.now()).await?;
    if !subscribers.want(EventType::CustomerTagsChanged, false) {
        return Ok(());
    }
    let mut happened = Vec::new();
    for customer in customers {
        let own = |row: &&EventRow| customer_of.get(&row.part_number) == Some(&customer);
        let named = |what: What| -> BTreeSet<&str> {
            rows.iter().filter(own).filter(|row| row.what == what.code()).map(|row| row.tag.as_str()).collect()
        };
        let Some(number) = CustomerNumber::from_stored(customer) else { continue };
        let tags: Vec<&str> =
            standing.iter().filter(|row| row.customer_number == customer).map(|row| row.tag.as_str()).collect();
        let data = json!({
            "customer_id": number.public_id(), "tags": tags, "set": named(What::Set),
            "removed": named(What::Removed), "expired": named(What::Expired),
        });
        happened.push(Happened::new(EventType::CustomerTagsChanged, Some(customer), data));
    }
    publish(app, tx, subscribers, &happened).await
}

/// The customer of each of these profiles.
async fn customers_of(tx: &mut ReadTx<'_>, of: &[i64]) -> Result<HashMap<i64, i64>, StoreError> {
    let mut customers: HashMap<i64, i64> = of.iter().map(|part| (*part, *part)).collect();
    customers.extend(parts::load(tx, of).await?.into_iter().map(|row| (row.counters.number, row.customer_number)));
    Ok(customers)
}

/// Writes anew which tags stand on these customers: after an event, and where their profiles are others than before. A
/// number that is no customer's any more has none.
pub(crate) async fn refresh(
    tx: &mut WriteTx<'_>,
    customers: &[i64],
    now: Instant,
) -> Result<Vec<StandingRow>, StoreError> {
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
    let mut standing = Vec::new();
    for (customer_number, rows) in &rows_of {
        let all = periods(&events_of(rows), now).into_iter().filter(|period| period.stands());
        standing.extend(all.map(|period| StandingRow {
            customer_number: *customer_number,
            part_number: period.set_by.last().and_then(|place| rows.get(*place)).map_or(0, |row| row.part_number),
            since_at: period.since.0,
            expires_at: period.expires_at.map(|at| at.0),
            tag: period.tag,
        }));
    }
    table::add_standing(tx, &standing).await?;
    Ok(standing)
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
