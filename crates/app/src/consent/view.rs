//! What a customer has decided, as it is shown: what holds, and all that led to it.

use super::error::ConsentError;
use super::note::decided_of;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::consent::{Decided, Decision, holding};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::consents::{self as table, ConsentRow, WithdrawalRow};
use perennial_store::{ReadTx, StoreError, customers};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A decision with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub id: String,
    pub profile: CustomerNumber,
    pub purpose: String,
    /// None: all channels.
    pub channel: Option<String>,
    pub decision: Decision,
    /// Somebody decided just then; otherwise a device reported what it knew.
    pub is_explicit: bool,
    pub at: Instant,
    pub recorded_at: Instant,
    pub source: String,
    pub text_version: Option<String>,
    /// Of the text of that version, where it was published by then.
    pub text_hash: Option<String>,
    pub evidence: Value,
}

/// What holds for a purpose and a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentState {
    pub purpose: String,
    /// None: all channels, but for those that have a decision of their own.
    pub channel: Option<String>,
    /// The decision that holds.
    pub by: Recorded,
}

/// What was collected under a purpose goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Withdrawal {
    pub id: String,
    pub profile: CustomerNumber,
    pub purpose: String,
    pub revoked_at: Instant,
    pub deadline_at: Instant,
    pub finished_at: Option<Instant>,
    pub is_overdue: bool,
    /// What was removed so far, by the place where it was.
    pub removed: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerConsents {
    pub customer: CustomerNumber,
    /// By purpose and channel.
    pub states: Vec<ConsentState>,
    /// The newest first.
    pub history: Vec<Recorded>,
    /// The newest first.
    pub withdrawals: Vec<Withdrawal>,
}

pub async fn customer_consents(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<CustomerConsents, ConsentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    customers::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(ConsentError::NoCustomer)?;
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let rows = table::of_parts(&mut tx, &parts).await?;
    let mut withdrawals = table::withdrawals_of_parts(&mut tx, &parts).await?;
    drop(tx);
    withdrawals.sort_by(|one, other| (other.revoked_at, &other.id).cmp(&(one.revoked_at, &one.id)));
    let now = app.clock.now();
    Ok(CustomerConsents {
        customer: whole.customer,
        states: states_of(&rows)?,
        history: rows.iter().map(recorded_of).collect::<Result<_, _>>()?,
        withdrawals: withdrawals.iter().map(|row| withdrawal_of(row, now)).collect::<Result<_, _>>()?,
    })
}

/// For each purpose and channel that anything was decided about: what was decided about all channels counts for each.
pub(super) fn states_of(rows: &[ConsentRow]) -> Result<Vec<ConsentState>, ConsentError> {
    let places: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.purpose.as_str(), row.channel.as_str())).collect();
    let mut states = Vec::with_capacity(places.len());
    for (purpose, channel) in places {
        let own: Vec<(&ConsentRow, Decided)> = rows
            .iter()
            .filter(|row| row.purpose == purpose && (row.channel == channel || row.channel.is_empty()))
            .filter_map(|row| Some((row, decided_of(row)?)))
            .collect();
        let decided: Vec<Decided> = own.iter().map(|(_, decided)| *decided).collect();
        if let Some(place) = holding(&decided) {
            let by = recorded_of(own[place].0)?;
            states.push(ConsentState { purpose: purpose.to_owned(), channel: channel_of(channel), by });
        }
    }
    Ok(states)
}

/// Which customers have granted a purpose for all channels; `customer_of` has all of their profiles.
pub(crate) async fn who_granted(
    tx: &mut ReadTx<'_>,
    purpose: &str,
    customer_of: &BTreeMap<i64, u32>,
) -> Result<BTreeSet<u32>, StoreError> {
    let parts: Vec<i64> = customer_of.keys().copied().collect();
    let mut decided: BTreeMap<u32, Vec<Decided>> = BTreeMap::new();
    for row in table::of_parts(tx, &parts).await? {
        if row.purpose == purpose
            && row.channel.is_empty()
            && let (Some(customer), Some(word)) = (customer_of.get(&row.part_number), decided_of(&row))
        {
            decided.entry(*customer).or_default().push(word);
        }
    }
    let has_granted =
        |words: &[Decided]| holding(words).is_some_and(|place| words[place].decision == Decision::Granted);
    Ok(decided.into_iter().filter(|(_, words)| has_granted(words)).map(|(customer, _)| customer).collect())
}

fn channel_of(stored: &str) -> Option<String> {
    (!stored.is_empty()).then(|| stored.to_owned())
}

fn recorded_of(row: &ConsentRow) -> Result<Recorded, ConsentError> {
    let unreadable = || ConsentError::Unreadable(row.id.clone());
    Ok(Recorded {
        id: row.id.clone(),
        profile: u32::try_from(row.part_number).map(CustomerNumber).map_err(|_| unreadable())?,
        purpose: row.purpose.clone(),
        channel: channel_of(&row.channel),
        decision: Decision::parse(&row.decision).ok_or_else(unreadable)?,
        is_explicit: row.is_explicit,
        at: Instant(row.at),
        recorded_at: Instant(row.recorded_at),
        source: row.source.clone(),
        text_version: row.text_version.clone(),
        text_hash: row.text_hash.clone(),
        evidence: serde_json::from_str(&row.evidence).unwrap_or_default(),
    })
}

pub(super) fn withdrawal_of(row: &WithdrawalRow, now: Instant) -> Result<Withdrawal, ConsentError> {
    let unreadable = || ConsentError::Unreadable(row.id.clone());
    Ok(Withdrawal {
        id: row.id.clone(),
        profile: u32::try_from(row.part_number).map(CustomerNumber).map_err(|_| unreadable())?,
        purpose: row.purpose.clone(),
        revoked_at: Instant(row.revoked_at),
        deadline_at: Instant(row.deadline_at),
        finished_at: row.finished_at.map(Instant),
        is_overdue: row.finished_at.unwrap_or(now.0) > row.deadline_at,
        removed: serde_json::from_str(&row.counts).map_err(|_| unreadable())?,
    })
}
