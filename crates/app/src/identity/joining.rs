//! Joining two profiles, and taking a join away: the rows of both customers, in the caller's transaction.
//!
//! The caller has locked the applier out (`journal::lock_applier`): both change what applying reads.

use super::by_hand::Sides;
use super::error::IdentityError;
use crate::App;
use crate::fields::TraitSources;
use crate::pipeline::{EvidenceMerge, NAME, combine};
use crate::random::new_id;
use crate::rewards::{self, Turn};
use crate::webhooks::{Happened, Subscribers, publish};
use perennial_domain::identity::{Customer, IdentifierType, Join, Parts, Word, holding, words_together};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_store::activity::{self, ActivityRow};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::identity::{self, PartMove};
use perennial_store::merges::{self, MergeRow};
use perennial_store::parts::{self, PartRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::{ReadTx, StoreError, WriteTx, customer_changes, values};
use serde_json::json;
use std::collections::BTreeMap;

/// Who joins, how, and what is written down of it.
pub(super) struct Deed<'a> {
    pub id: String,
    pub how: &'static str,
    pub detail: serde_json::Value,
    pub by: &'a str,
    pub at: Instant,
}

/// A message showed that two are one. Where that cannot be done any more, nothing is: the fact stays with its profile.
pub(crate) async fn merge_by_evidence(
    app: &App,
    tx: &mut WriteTx<'_>,
    source: &str,
    subscribers: &Subscribers,
    merge: &EvidenceMerge,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let named: Vec<&str> = merge.named.iter().map(|kind| kind.code()).collect();
    let deed = Deed {
        id: new_id(app.random.as_ref(), "mrg", now),
        how: "evidence",
        detail: json!({ "identifiers": named, "fact_at": merge.at.rfc3339() }),
        by: source,
        at: now,
    };
    let Join { one, other, survivor, absorbed } = merge.join;
    match join(tx, one, other, survivor, deed).await {
        Ok(row) => {
            let sides = Sides { survivor, absorbed };
            publish(app, tx, subscribers, &[happened(EventType::CustomerMerged, &row, &sides)]).await
        }
        Err(IdentityError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(merge.one = one.0, merge.other = other.0, %error, "customers could not be merged by evidence");
            Ok(())
        }
    }
}

/// What a merge, or its undoing, is to others: of both customers.
pub(super) fn happened(event_type: EventType, row: &MergeRow, sides: &Sides) -> Happened {
    let data = json!({
        "customer_id": sides.survivor.public_id(),
        "other_customer_id": sides.absorbed.public_id(),
        "merge_id": row.id,
        "how": row.how,
    });
    let lane = |customer: CustomerNumber| Some(i64::from(customer.0));
    Happened { other_lane: lane(sides.absorbed), ..Happened::new(event_type, lane(sides.survivor), data) }
}

/// The customers of these two profiles are one from now on.
pub(super) async fn join(
    tx: &mut WriteTx<'_>,
    one: CustomerNumber,
    other: CustomerNumber,
    survivor: CustomerNumber,
    deed: Deed<'_>,
) -> Result<MergeRow, IdentityError> {
    let pairs = parts::together(tx, &[i64::from(one.0), i64::from(other.0)]).await?;
    let mut known = Parts::of(pairs.iter().filter_map(pair), []);
    let before = known.clone();
    let join = known.join(one, other, survivor)?;
    let (kept, gone) = (i64::from(join.survivor.0), i64::from(join.absorbed.0));
    let mut rows = parts_of(tx, &[kept, gone]).await?;
    for row in &mut rows {
        row.customer_number = kept;
    }
    clear(tx, &[kept, gone]).await?;
    parts::upsert(tx, &rows).await?;
    let moved = before.together_with(join.absorbed).into_iter();
    let moves: Vec<PartMove> = moved.map(|part| PartMove { from: gone, part: i64::from(part.0), to: kept }).collect();
    identity::move_parts(tx, &moves).await?;
    refresh(tx, &[kept]).await?;
    activity::add(tx, &activity_of(kept, &rows)).await?;
    crate::tags::refresh(tx, &[kept, gone], deed.at).await?;
    let row = MergeRow {
        id: deed.id,
        one_part: i64::from(one.0),
        other_part: i64::from(other.0),
        survivor: kept,
        absorbed: gone,
        how: deed.how.to_owned(),
        detail: deed.detail.to_string(),
        created_by: deed.by.to_owned(),
        created_at: deed.at.0,
        undone_by: None,
        undone_at: None,
    };
    merges::insert(tx, &row).await?;
    customer_changes::add(tx, &[kept, gone]).await?;
    let turn = Turn { id: &row.id, at: deed.at };
    rewards::join_accounts(tx, join.survivor, join.absorbed, turn).await?;
    Ok(row)
}

/// Takes a merge back: each side has all that came to its profiles, before and since.
pub(super) async fn part(
    tx: &mut WriteTx<'_>,
    row: &MergeRow,
    by: &str,
    at: Instant,
) -> Result<(MergeRow, Sides), IdentityError> {
    let pairs = parts::together(tx, &[row.one_part]).await?;
    let all: Vec<i64> = pairs.iter().map(|(part, _)| *part).collect();
    let standing = merges::of_parts(tx, &all).await?.into_iter().filter(|merge| merge.undone_at.is_none());
    let joins: Vec<Join> = standing.filter_map(|merge| join_of(&merge)).collect();
    let mut known = Parts::of(pairs.iter().filter_map(pair), joins);
    let (Some(one), Some(other)) =
        (CustomerNumber::from_stored(row.one_part), CustomerNumber::from_stored(row.other_part))
    else {
        return Err(IdentityError::NoMerge);
    };
    let parted = known.part(one, other).ok_or(IdentityError::AlreadyUndone)?;
    let (stays, leaves) = (i64::from(parted.stays.number.0), i64::from(parted.leaves.number.0));
    let mut rows = parts_of(tx, &[stays]).await?;
    clear(tx, &[stays]).await?;
    let moves: Vec<PartMove> =
        parted.leaves.parts.iter().map(|part| PartMove { from: stays, part: i64::from(part.0), to: leaves }).collect();
    identity::move_parts(tx, &moves).await?;
    for side in [&parted.stays, &parted.leaves] {
        settle(tx, side, &mut rows).await?;
    }
    crate::tags::refresh(tx, &[stays, leaves], at).await?;
    if !merges::undo(tx, &row.id, by, at.0).await? {
        return Err(IdentityError::AlreadyUndone);
    }
    customer_changes::add(tx, &[stays, leaves]).await?;
    let turn = Turn { id: &row.id, at };
    rewards::part_accounts(tx, parted.stays.number, parted.leaves.number, &parted.leaves.parts, turn).await?;
    let sides = Sides { survivor: parted.stays.number, absorbed: parted.leaves.number };
    Ok((MergeRow { undone_by: Some(by.to_owned()), undone_at: Some(at.0), ..row.clone() }, sides))
}

/// The rows of a customer whose profiles are these, and who has none of its own yet.
async fn settle(tx: &mut WriteTx<'_>, side: &Customer, rows: &mut Vec<PartRow>) -> Result<(), StoreError> {
    let customer = i64::from(side.number.0);
    let is_of_it = |row: &mut PartRow| side.parts.iter().any(|part| i64::from(part.0) == row.counters.number);
    let mut own: Vec<PartRow> = rows.extract_if(.., is_of_it).collect();
    for row in &mut own {
        row.customer_number = customer;
    }
    activity::add(tx, &activity_of(customer, &own)).await?;
    if let [alone] = own.as_slice() {
        let rows = parts::traits(tx, &[customer]).await?;
        let sources = TraitSources::load(tx).await?;
        let words: Vec<Word> = rows.iter().cloned().map(|row| word_of(row, &sources)).collect();
        let mut counters = alone.counters.clone();
        counters.set_display_name(name_of(&words));
        customers::upsert(tx, &[counters]).await?;
        traits::upsert(tx, &rows).await?;
        parts::remove(tx, &[customer]).await?;
        parts::remove_traits(tx, &[customer]).await?;
        return Ok(());
    }
    parts::upsert(tx, &own).await?;
    refresh(tx, &[customer]).await
}

/// Writes what the profiles of these customers have together, but for their activity, which is added to as it comes.
pub(crate) async fn refresh(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    let mut by_customer: BTreeMap<i64, Vec<PartRow>> = BTreeMap::new();
    for row in parts::of_customers(tx, numbers).await? {
        by_customer.entry(row.customer_number).or_default().push(row);
    }
    let customer_of: BTreeMap<i64, i64> =
        by_customer.values().flatten().map(|row| (row.counters.number, row.customer_number)).collect();
    let all: Vec<i64> = customer_of.keys().copied().collect();
    let sources = TraitSources::load(tx).await?;
    let mut words: BTreeMap<i64, Vec<Word>> = BTreeMap::new();
    for row in parts::traits(tx, &all).await? {
        let customer = customer_of.get(&row.customer_number).copied().unwrap_or(row.customer_number);
        words.entry(customer).or_default().push(word_of(row, &sources));
    }
    let mut rows: Vec<CustomerCounters> = Vec::with_capacity(by_customer.len());
    let mut told: Vec<TraitRow> = Vec::new();
    for (customer, own) in &by_customer {
        let counted: Vec<&CustomerCounters> = own.iter().map(|row| &row.counters).collect();
        let mut sum = combine(*customer, &counted);
        let words = words_together(words.remove(customer).unwrap_or_default());
        sum.set_display_name(name_of(&words));
        rows.push(sum);
        told.extend(words.into_iter().map(|word| trait_row(*customer, word)));
    }
    customers::upsert(tx, &rows).await?;
    traits::upsert(tx, &told).await
}

/// The name that holds; empty where none was told.
fn name_of(words: &[Word]) -> &str {
    let names: Vec<&Word> = words.iter().filter(|word| word.name == NAME).collect();
    let told: Vec<Word> = names.iter().map(|word| (*word).clone()).collect();
    holding(&told).map_or("", |(place, _)| &names[place].value)
}

/// What a row says, by how much its source is believed.
pub(crate) fn word_of(row: TraitRow, sources: &TraitSources) -> Word {
    let rank = sources.rank(&row.source);
    Word { name: row.name, source: row.source, rank, value: row.value, at: Instant(row.at) }
}

fn trait_row(customer_number: i64, word: Word) -> TraitRow {
    TraitRow { customer_number, name: word.name, source: word.source, value: word.value, at: word.at.0 }
}

/// The profiles of these customers; one that is alone becomes a profile, with its traits.
async fn parts_of(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<Vec<PartRow>, IdentityError> {
    let mut rows = parts::of_customers(tx, numbers).await?;
    let alone: Vec<i64> =
        numbers.iter().copied().filter(|number| rows.iter().all(|row| row.customer_number != *number)).collect();
    let counters = customers::load(tx, &alone).await?;
    if counters.len() != alone.len() {
        return Err(IdentityError::NoCustomer);
    }
    for counters in counters {
        let seen = activity::of_customer(tx, counters.number).await?;
        rows.push(PartRow {
            customer_number: counters.number,
            events: seen.map_or(0, |seen| seen.events),
            first_seen_at: seen.map(|seen| seen.first_at),
            last_seen_at: seen.map(|seen| seen.last_at),
            counters,
        });
    }
    let words = traits::of_customers(tx, &alone).await?;
    parts::upsert_traits(tx, &words).await?;
    Ok(rows)
}

/// Takes away what is shown under these numbers. Values are of customers that are others now.
async fn clear(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<(), StoreError> {
    customers::remove(tx, numbers).await?;
    traits::remove(tx, numbers).await?;
    activity::remove(tx, numbers).await?;
    values::remove(tx, numbers).await?;
    Ok(())
}

/// What was seen of these profiles together; nothing where nothing was seen.
fn activity_of(customer_number: i64, rows: &[PartRow]) -> Vec<ActivityRow> {
    let first = rows.iter().filter_map(|row| row.first_seen_at).min();
    let last = rows.iter().filter_map(|row| row.last_seen_at).max();
    let events = rows.iter().map(|row| row.events).sum();
    let seen = first.zip(last).map(|(first_at, last_at)| ActivityRow { customer_number, events, first_at, last_at });
    seen.into_iter().collect()
}

fn join_of(row: &MergeRow) -> Option<Join> {
    let (one, other) = (CustomerNumber::from_stored(row.one_part)?, CustomerNumber::from_stored(row.other_part)?);
    Some(Join {
        one,
        other,
        survivor: CustomerNumber::from_stored(row.survivor)?,
        absorbed: CustomerNumber::from_stored(row.absorbed)?,
    })
}

fn pair((part, customer): &(i64, i64)) -> Option<(CustomerNumber, CustomerNumber)> {
    Some((CustomerNumber::from_stored(*part)?, CustomerNumber::from_stored(*customer)?))
}

/// The strongest identifier of a customer.
pub(super) async fn strongest(
    tx: &mut ReadTx<'_>,
    customer: CustomerNumber,
) -> Result<Option<IdentifierType>, StoreError> {
    let rows = identity::of_customer(tx, i64::from(customer.0)).await?;
    Ok(rows.iter().filter_map(|row| IdentifierType::parse(&row.kind)).min())
}
