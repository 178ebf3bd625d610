//! Facts that are kept aside, and their way back: in one commit out of the quarantine and into the journal.
//!
//! A fact that is kept aside is as durable as any other and its message is known, so that it is not accepted again when
//! it is sent again. It has not moved anything yet. When it is released, it is accepted as if it had just come, at the
//! time at which it happened.

use super::compared::event_shown;
use super::planned::Arrival;
use super::record::{blocks_of, count_touch_points, settle_currency};
use crate::App;
use crate::pipeline::{self, PipelineError};
use perennial_domain::fact::{Fact, FactKey};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::tracking::{Accepted, MessageKind, MoneyOf, Note, shape_of, without_money};
use perennial_store::quarantine::NewHeldFact;
use perennial_store::tracking::{self as table, CountsRow, DayRow};
use perennial_store::{StoreError, WriteTx, touch_points};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Stored as JSON: every later version must read what an earlier one wrote.
#[derive(Serialize, Deserialize)]
struct HeldFact {
    kind: MessageKind,
    message_key: FactKey,
    fact: Fact,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// Whether the message itself named the currency.
    #[serde(default)]
    currency_named: bool,
}

/// A violation as the quarantine shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldViolation {
    pub kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub property: String,
    pub allowed: String,
    pub found: String,
}

pub(super) fn held_row(source_id: &str, arrival: &Arrival, now: Instant) -> Result<NewHeldFact, PipelineError> {
    let Accepted { kind, message_key, fact, money, note: _ } = &*arrival.accepted;
    let (_, message_id) = arrival.accepted.shown();
    let unwritable =
        |error: serde_json::Error| PipelineError::Unwritable { block: message_key.hex(), reason: error.to_string() };
    let held = HeldFact {
        kind: *kind,
        message_key: *message_key,
        fact: fact.clone(),
        currency: money.map(|money| money.currency),
        currency_named: money.is_some_and(|money| money.named),
    };
    let violations: Vec<HeldViolation> = arrival
        .checked
        .violations
        .iter()
        .map(|one| HeldViolation {
            kind: one.kind.code().to_owned(),
            property: one.path.clone(),
            allowed: one.allowed.clone(),
            found: one.found.clone(),
        })
        .collect();
    Ok(NewHeldFact {
        source_id: source_id.to_owned(),
        at: now,
        event_type: kind.code().to_owned(),
        event: event_shown(arrival),
        message_id: message_id.unwrap_or_default(),
        violations: serde_json::to_string(&violations).map_err(unwritable)?,
        shape: arrival.properties().map(shape_of).unwrap_or_default(),
        payload: serde_json::to_vec(&held).map_err(unwritable)?,
    })
}

/// What [`held_row`] wrote.
pub(crate) fn read_held(id: i64, payload: &[u8]) -> Result<Accepted, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "quarantined_facts", column: "payload", row: id.to_string() };
    let held: HeldFact = serde_json::from_slice(payload).map_err(wrong)?;
    let money = held.currency.map(|currency| MoneyOf { currency, named: held.currency_named });
    Ok(Accepted { kind: held.kind, message_key: held.message_key, fact: held.fact, money, note: None })
}

/// [`held_row`]'s payload of what [`read_held`] read, with another fact in its place.
pub(crate) fn held_payload(held: Accepted, fact: Fact) -> Result<Vec<u8>, PipelineError> {
    let Accepted { kind, message_key, fact: _, money, note: _ } = held;
    let unwritable =
        |error: serde_json::Error| PipelineError::Unwritable { block: message_key.hex(), reason: error.to_string() };
    let held = HeldFact {
        kind,
        message_key,
        fact,
        currency: money.map(|money| money.currency),
        currency_named: money.is_some_and(|money| money.named),
    };
    serde_json::to_vec(&held).map_err(unwritable)
}

/// Accepts facts of one source that were kept aside. The caller has taken them out in this transaction, under
/// `journal::lock_accept`.
pub(crate) async fn accept_released(
    app: &App,
    tx: &mut WriteTx<'_>,
    source_id: &str,
    mut facts: Vec<Accepted>,
) -> Result<(), PipelineError> {
    let now = app.clock.now();
    // An amount without a currency was read for that which the workspace had then.
    let brand = crate::settings::current(tx).await?.currency;
    for accepted in &mut facts {
        let differs = |money: MoneyOf| brand.is_some_and(|brand| brand.exponent() != money.currency.exponent());
        if accepted.money.is_some_and(|money| !money.named && differs(money)) {
            without_money(accepted, Note::CurrencyDiffers);
        }
    }
    let currency = settle_currency(app, tx, facts.iter_mut().collect()).await?;
    let all: Vec<&Accepted> = facts.iter().collect();
    pipeline::accept_all(tx, &blocks_of(app, source_id, &all, currency)?, now).await?;
    count_decided(tx, source_id, &facts, now, |facts| CountsRow {
        accepted: facts,
        released: facts,
        ..CountsRow::default()
    })
    .await?;
    // One whose touch-point is still none of the registry was let go on as it is, and counts as if it named none.
    let registered: HashSet<String> = touch_points::list(tx).await?.into_iter().map(|row| row.code).collect();
    let named = |one: &Accepted| one.fact.tracked.as_deref().and_then(|tracked| tracked.touch_point.clone());
    let codes: Vec<String> =
        facts.iter().map(|one| named(one).filter(|code| registered.contains(code)).unwrap_or_default()).collect();
    let day = now.0.div_euclid(MICROS_PER_DAY);
    let named: Vec<(&str, &str)> = codes.iter().map(|code| (source_id, code.as_str())).collect();
    count_touch_points(tx, &named, day, now).await?;
    Ok(())
}

/// Accepts facts of this program's own source, which name no money, in the transaction of what they tell of. The caller
/// holds `journal::lock_accept`.
pub(crate) async fn accept_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    source_id: &str,
    facts: Vec<Accepted>,
) -> Result<(), PipelineError> {
    let now = app.clock.now();
    let day = now.0.div_euclid(MICROS_PER_DAY);
    let mut keys: Vec<table::MessageKey> = facts.iter().map(|one| one.message_key.0.to_be_bytes()).collect();
    keys.sort_unstable();
    table::remember(tx, &keys, day).await?;
    let all: Vec<&Accepted> = facts.iter().collect();
    pipeline::accept_all(tx, &blocks_of(app, source_id, &all, Currency::NONE)?, now).await?;
    count_decided(tx, source_id, &facts, now, |accepted| CountsRow { accepted, ..CountsRow::default() }).await?;
    let touch_point = |one: &Accepted| one.fact.tracked.as_deref().and_then(|tracked| tracked.touch_point.clone());
    let codes: Vec<String> = facts.iter().map(|one| touch_point(one).unwrap_or_default()).collect();
    let named: Vec<(&str, &str)> = codes.iter().map(|code| (source_id, code.as_str())).collect();
    Ok(count_touch_points(tx, &named, day, now).await?)
}

/// Counts facts that nobody wants.
pub(crate) async fn count_discarded(
    app: &App,
    tx: &mut WriteTx<'_>,
    source_id: &str,
    facts: &[Accepted],
) -> Result<(), StoreError> {
    let now = app.clock.now();
    count_decided(tx, source_id, facts, now, |facts| CountsRow { discarded: facts, ..CountsRow::default() }).await
}

async fn count_decided(
    tx: &mut WriteTx<'_>,
    source_id: &str,
    facts: &[Accepted],
    now: Instant,
    counts: impl FnOnce(i64) -> CountsRow,
) -> Result<(), StoreError> {
    // The instant of the last message is that of a message, not of a decision about it.
    let arrived = facts.iter().filter_map(|one| one.fact.tracked.as_deref()).map(|one| one.received_at).max();
    let row = DayRow {
        source_id: source_id.to_owned(),
        day: now.0.div_euclid(MICROS_PER_DAY),
        counts: counts(facts.len() as i64),
        last_at: arrived.unwrap_or(now),
    };
    table::add_counts(tx, &[row]).await
}
