//! Withdrawing a purpose: what was collected under it goes, from the profile, from history and from what arrives late.
//!
//! | step | what it does |
//! |---|---|
//! | store | traits and identifiers go from the profile; identifiers leave tombstones that cover what was before |
//! | history | what waits is applied and handed over, then data files are rewritten |
//! | old versions | the replaced files are deleted |
//!
//! Each step is safe to do twice.

use super::error::ConsentError;
use super::note::decided_of;
use super::register::{Collects, Purpose};
use super::view::{Withdrawal, withdrawal_of};
use crate::access::Actor;
use crate::jobs::{Job, JobError};
use crate::pipeline::{self, PipelineError};
use crate::privacy::Keys;
use crate::{App, audit, jobs};
use perennial_domain::consent::{Decision, holding};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_history::{Forget, Retouch};
use perennial_store::consents::{self as table, ConsentRow, WithdrawalRow};
use perennial_store::privacy::{TombstoneRow, insert_tombstones};
use perennial_store::traits::{self, TraitRow};
use perennial_store::{StoreError, WriteTx, customer_changes, customers, identity, journal, parts};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Within so many hours of the withdrawal everything is to be gone.
pub const WITHDRAWAL_HOURS: i64 = 24;
const WORKER: Actor = Actor::System("worker");

const STORE: i64 = 0;
const HISTORY: i64 = 1;
const OLD_VERSIONS: i64 = 2;
const LAST: i64 = 3;

/// Somebody took something back: where no channel of the purpose is granted any more, what was collected goes, of all
/// profiles of the customer.
pub(super) async fn withdraw_where_nothing_is_granted(
    app: &App,
    tx: &mut WriteTx<'_>,
    part: i64,
    purpose: &Purpose,
) -> Result<(), StoreError> {
    let pairs = parts::together(tx, &[part]).await?;
    let all: Vec<i64> = if pairs.is_empty() { vec![part] } else { pairs.iter().map(|(part, _)| *part).collect() };
    let rows: Vec<ConsentRow> =
        table::of_parts(tx, &all).await?.into_iter().filter(|row| row.purpose == purpose.code).collect();
    let channels: BTreeSet<&str> = rows.iter().map(|row| row.channel.as_str()).collect();
    let mut revoked_at = i64::MIN;
    for channel in channels {
        let own: Vec<_> =
            rows.iter().filter(|row| row.channel == channel || row.channel.is_empty()).filter_map(decided_of).collect();
        let Some(place) = holding(&own) else { continue };
        if own[place].decision == Decision::Granted {
            return Ok(());
        }
        revoked_at = revoked_at.max(own[place].at.0);
    }
    let now = app.clock.now();
    for part in all {
        let id = format!(
            "wdr_{}",
            perennial_domain::fact::FactKey::of(&[&purpose.code, &part.to_string(), &revoked_at.to_string()]).hex()
        );
        let row = WithdrawalRow {
            id: id.clone(),
            part_number: part,
            purpose: purpose.code.clone(),
            state: "running".to_owned(),
            step: STORE,
            revoked_at,
            deadline_at: now.0 + WITHDRAWAL_HOURS * 3_600 * MICROS_PER_SECOND,
            collects: serde_json::to_string(&purpose.settings.collects).unwrap_or_default(),
            counts: "{}".to_owned(),
            work: None,
            finished_at: None,
        };
        if !table::insert_withdrawal(tx, &row).await? {
            continue;
        }
        jobs::enqueue(app, tx, &Job::Withdraw { withdrawal_id: id.clone() }).await?;
        let detail = json!({ "withdrawal": id, "purpose": purpose.code });
        audit::append(app, tx, &WORKER, "consent.withdrawn", &public_id(part), detail).await?;
    }
    Ok(())
}

fn public_id(part: i64) -> String {
    u32::try_from(part).map_or_else(|_| String::new(), |part| CustomerNumber(part).public_id())
}

/// Takes a withdrawal to its end. Several may be at it at once.
pub async fn run_withdrawal(app: &App, id: &str) -> Result<Withdrawal, ConsentError> {
    loop {
        let row = table::withdrawal(&mut app.store.read().await?, id).await?.ok_or(ConsentError::NoWithdrawal)?;
        if row.finished_at.is_some() {
            return withdrawal_of(&row, app.clock.now());
        }
        let collects: Collects =
            serde_json::from_str(&row.collects).map_err(|_| ConsentError::Unreadable(row.id.clone()))?;
        match row.step {
            STORE => from_store(app, &row, &collects).await?,
            HISTORY => {
                pipeline::apply_all(app).await?;
                pipeline::hand_over(app).await?;
                app.history.forget(&what(&row, &collects)).await?;
                leave(app, &row).await?;
            }
            OLD_VERSIONS => {
                app.history.purge(&what(&row, &collects)).await?;
                leave(app, &row).await?;
            }
            LAST => finish(app, &row).await?,
            _ => return Err(ConsentError::Unreadable(row.id)),
        }
    }
}

fn what(row: &WithdrawalRow, collects: &Collects) -> Forget {
    let retouch =
        Retouch { redaction: collects.redaction(), until: Instant(row.revoked_at), sources: collects.sources.clone() };
    let part = CustomerNumber::from_stored(row.part_number);
    Forget { retouch: part.map(|part| (part, retouch)).into_iter().collect(), ..Forget::default() }
}

async fn leave(app: &App, row: &WithdrawalRow) -> Result<(), ConsentError> {
    let mut tx = app.store.write().await?;
    table::advance_withdrawal(&mut tx, &row.id, row.step, &row.counts).await?;
    customer_changes::add(&mut tx, &[row.part_number]).await?;
    Ok(tx.commit().await?)
}

async fn from_store(app: &App, row: &WithdrawalRow, collects: &Collects) -> Result<(), ConsentError> {
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    let mut removed: BTreeMap<&str, u64> = BTreeMap::new();
    removed.insert("traits", remove_traits(&mut tx, row, collects).await?);
    removed.insert("identifiers", remove_identifiers(app, &mut tx, row, collects).await?);
    customer_changes::add(&mut tx, &[row.part_number]).await?;
    let counts = serde_json::to_string(&removed).unwrap_or_default();
    // Where somebody else was faster, nothing was left to remove, and nothing is written.
    if table::advance_withdrawal(&mut tx, &row.id, row.step, &counts).await? {
        tx.commit().await?;
    }
    Ok(())
}

async fn remove_traits(tx: &mut WriteTx<'_>, row: &WithdrawalRow, collects: &Collects) -> Result<u64, ConsentError> {
    let part = row.part_number;
    let redaction = collects.redaction();
    let goes =
        |one: &TraitRow| one.at <= row.revoked_at && collects.is_of(&one.source) && redaction.is_trait(&one.name);
    let mut profile = parts::load(tx, &[part]).await?.pop();
    let told = match &profile {
        Some(_) => parts::traits(tx, &[part]).await?,
        None => traits::of_customers(tx, &[part]).await?,
    };
    let (gone, kept): (Vec<TraitRow>, Vec<TraitRow>) = told.into_iter().partition(goes);
    if gone.is_empty() {
        return Ok(0);
    }
    let named = kept.iter().filter(|one| one.name == pipeline::NAME).max_by_key(|one| (one.at, &one.source));
    let name = named.map_or("", |one| one.value.as_str());
    let is_renamed = gone.iter().any(|one| one.name == pipeline::NAME);
    match &mut profile {
        None => {
            traits::remove(tx, &[part]).await?;
            traits::upsert(tx, &kept).await?;
            if is_renamed && let Some(mut counters) = customers::load(tx, &[part]).await?.pop() {
                counters.set_display_name(name);
                customers::upsert(tx, &[counters]).await?;
            }
        }
        Some(profile) => {
            parts::remove_traits(tx, &[part]).await?;
            parts::upsert_traits(tx, &kept).await?;
            if is_renamed {
                profile.counters.set_display_name(name);
                parts::upsert(tx, std::slice::from_ref(profile)).await?;
            }
            traits::remove(tx, &[profile.customer_number]).await?;
            crate::identity::refresh(tx, &[profile.customer_number]).await?;
        }
    }
    Ok(gone.len() as u64)
}

/// Facts of before that name them are about nobody any more, or about whoever else they name.
async fn remove_identifiers(
    app: &App,
    tx: &mut WriteTx<'_>,
    row: &WithdrawalRow,
    collects: &Collects,
) -> Result<u64, ConsentError> {
    if collects.identifiers.is_empty() {
        return Ok(0);
    }
    let together = parts::together(tx, &[row.part_number]).await?;
    let customer = together.first().map_or(row.part_number, |(_, customer)| *customer);
    let all = identity::of_customer(tx, customer).await?;
    let keys: Vec<(&str, &str)> = all.iter().map(|one| (one.kind.as_str(), one.value.as_str())).collect();
    let owners = identity::owners(tx, &keys).await?;
    let is_own = |kind: &str, value: &str| {
        owners
            .get(&(kind.to_owned(), value.to_owned()))
            .is_some_and(|one| i64::from(one.part_number) == row.part_number)
    };
    let gone: Vec<_> = all
        .iter()
        .filter(|one| is_own(&one.kind, &one.value) && one.first_seen_at <= row.revoked_at)
        .cloned()
        .filter_map(crate::privacy::identifier_of)
        .filter(|one| collects.identifiers.contains(&one.kind))
        .collect();
    let named: Vec<(&str, &str)> = gone.iter().map(|one| (one.kind.code(), one.value.as_str())).collect();
    identity::remove(tx, &named).await?;
    identity::remove_conflicts_naming(tx, &named).await?;
    let keys = Keys::of(app, tx).await.map_err(PipelineError::from)?;
    let stones: Vec<TombstoneRow> = gone
        .iter()
        .map(|one| TombstoneRow {
            identifier_hash: keys.hash(one),
            cause: row.id.clone(),
            erased_at: row.revoked_at,
            // What was up to the withdrawal is covered, what comes later is not.
            back_since: Some(row.revoked_at + 1),
        })
        .collect();
    if !stones.is_empty() {
        insert_tombstones(tx, &stones).await?;
    }
    Ok(gone.len() as u64)
}

async fn finish(app: &App, row: &WithdrawalRow) -> Result<(), ConsentError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    if table::finish_withdrawal(&mut tx, &row.id, now.0).await? {
        let detail = json!({ "withdrawal": row.id, "purpose": row.purpose, "in_time": now.0 <= row.deadline_at });
        let subject = public_id(row.part_number);
        audit::append(app, &mut tx, &WORKER, "consent.withdrawal_finished", &subject, detail).await?;
    }
    Ok(tx.commit().await?)
}

/// The job that the server's worker runs.
pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    match run_withdrawal(app, id).await {
        Ok(_) => Ok(()),
        // The person was erased meanwhile, and this with them.
        Err(ConsentError::NoWithdrawal) => Ok(()),
        Err(error @ ConsentError::Unreadable(_)) => Err(JobError::Fail(error.to_string())),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}

/// Asks once more for what is not done, also where its job is dead.
pub async fn finish_unfinished(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    for row in table::unfinished_withdrawals(&mut tx).await? {
        jobs::enqueue(app, &mut tx, &Job::Withdraw { withdrawal_id: row.id }).await?;
    }
    tx.commit().await
}
