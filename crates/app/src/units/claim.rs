//! Somebody scans the code of a package.

use super::batches::Batch;
use super::{SCANNED, UnitError};
use crate::access::attempts::{guess_key, reserve, wait_seconds};
use crate::access::{AccessError, Actor, sha256};
use crate::codes::{OWN_SOURCE, Visitor, message_of, read_own};
use crate::tracking::accept_in_tx;
use crate::{App, audit};
use perennial_domain::code::{CodeState, parse_unit_code};
use perennial_domain::fact::{AppliedBlock, FactKey};
use perennial_domain::time::Instant;
use perennial_domain::tracking;
use perennial_store::units::{self as table, NewUnitScan};
use perennial_store::{StoreError, WriteTx, journal};
use serde_json::json;

const CLAIMS: Actor = Actor::System("units");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This scan got the reward.
    Claimed,
    /// Another scan had got it.
    AlreadyUsed {
        claimed_at: Instant,
        /// It was the same device.
        by_you: bool,
    },
    /// Nothing can be claimed of this batch now.
    Paused,
}

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::AlreadyUsed { .. } => "already_used",
            Self::Paused => "paused",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub batch: Batch,
    pub serial: i64,
    pub outcome: Outcome,
}

/// Claims the unit for the visitor, where nobody has; the scan is kept either way, and on disk when this returns.
pub async fn claim_unit(
    app: &App,
    code: &str,
    visitor: &Visitor,
    region: &str,
    address: Option<&str>,
) -> Result<Claimed, UnitError> {
    let now = app.clock.now();
    let guesses = address.map(|address| guess_key("unit", address));
    if let Some(key) = &guesses
        && let Some(retry_after_seconds) = wait_seconds(&mut app.store.read().await?, key, now).await?
    {
        return Err(UnitError::TooManyGuesses { retry_after_seconds });
    }
    let hash = parse_unit_code(code).map(|code| sha256(code.as_bytes()));
    let unit = match &hash {
        Some(hash) => table::get_code(&mut app.store.read().await?, hash).await?,
        None => None,
    };
    let (Some(hash), Some(unit)) = (hash, unit) else {
        return Err(count_guess(app, guesses, now).await?);
    };
    let mut tx = app.store.write().await?;
    journal::lock_accept(&mut tx).await?;
    let inconsistent =
        || StoreError::Inconsistency { table: "unit_codes", column: "batch_id", row: unit.batch_id.clone() };
    let batch = Batch::of(table::get_batch(&mut tx, &unit.batch_id).await?.ok_or_else(inconsistent)?)?;
    let own = sha256(format!("visitor\n{}", visitor.id()).as_bytes());
    let outcome = if batch.state == CodeState::Paused {
        Outcome::Paused
    } else if table::claim(&mut tx, &hash, now).await? {
        Outcome::Claimed
    } else {
        let claimed_at = table::get_code(&mut tx, &hash).await?.and_then(|unit| unit.claimed_at).unwrap_or(now);
        let by = table::claim_visitor(&mut tx, &batch.id, unit.serial).await?;
        Outcome::AlreadyUsed { claimed_at, by_you: by.as_deref() == Some(own.as_slice()) }
    };
    let key = keep_scan(app, &mut tx, &batch, unit.serial, outcome, visitor, region, now).await?;
    let scan = NewUnitScan {
        message_key: key.0.to_be_bytes(),
        batch_id: &batch.id,
        serial: unit.serial,
        at: now,
        region,
        outcome: outcome.code(),
        visitor: &own,
    };
    table::add_scan(&mut tx, &scan).await?;
    if outcome == Outcome::Claimed {
        let detail = json!({ "serial": unit.serial, "fact": key.hex(), "reward_name": batch.settings.reward_name,
            "reward_amount": batch.settings.reward_amount });
        audit::append(app, &mut tx, &CLAIMS, "unit.claimed", &batch.id, detail).await?;
    }
    tx.commit().await?;
    metrics::counter!("unit_scans_total").increment(1);
    Ok(Claimed { batch, serial: unit.serial, outcome })
}

/// What is said of a wrong code: that it is none, or to wait.
async fn count_guess(app: &App, key: Option<String>, now: Instant) -> Result<UnitError, UnitError> {
    let Some(key) = key else { return Ok(UnitError::UnknownCode) };
    let mut tx = app.store.write().await?;
    match reserve(&mut tx, &[key], now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(UnitError::UnknownCode)
        }
        Err(AccessError::TooManyTries { retry_after_seconds }) => Ok(UnitError::TooManyGuesses { retry_after_seconds }),
        Err(error) => Err(error.into()),
    }
}

#[expect(clippy::too_many_arguments, reason = "what a fact of a scan says")]
async fn keep_scan(
    app: &App,
    tx: &mut WriteTx<'_>,
    batch: &Batch,
    serial: i64,
    outcome: Outcome,
    visitor: &Visitor,
    region: &str,
    now: Instant,
) -> Result<FactKey, UnitError> {
    let settings = &batch.settings;
    let mut properties = json!({
        "unit_batch_id": batch.id,
        "product": settings.product,
        "sku": settings.sku,
        "batch_no": settings.batch_no,
        "serial": serial,
        "outcome": outcome.code(),
    });
    if outcome == Outcome::Claimed {
        properties["reward_name"] = json!(settings.reward_name);
        properties["reward_amount"] = json!(settings.reward_amount);
    }
    if !region.is_empty() {
        properties["region"] = json!(region);
    }
    let message = message_of(SCANNED, visitor, &settings.touch_point, &properties);
    let tracking::Outcome::Accepted(accepted) = read_own(app, &message, now)? else {
        let (table, column) = ("unit_batches", "product");
        return Err(StoreError::Inconsistency { table, column, row: batch.id.clone() }.into());
    };
    let key = accepted.message_key;
    accept_in_tx(app, tx, OWN_SOURCE, vec![*accepted]).await?;
    Ok(key)
}

/// Says whose the scans of an applied block were.
pub(crate) async fn note_scanners(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    if block.source != OWN_SOURCE {
        return Ok(());
    }
    for one in &block.facts {
        let is_scan = one.fact.tracked.as_deref().is_some_and(|tracked| tracked.name.as_deref() == Some(SCANNED));
        if let Some(part) = one.customer.filter(|_| is_scan) {
            table::set_scanner(tx, &one.fact.key.0.to_be_bytes(), i64::from(part.0)).await?;
        }
    }
    Ok(())
}
