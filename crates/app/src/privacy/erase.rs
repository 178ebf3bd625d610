//! Erasing a person: the first commit, and whoever takes the saga to its end.

use super::error::PrivacyError;
use super::gate::Gate;
use super::keys::Keys;
use super::steps::{self, Done, Step, Work};
use super::view::{Counts, Erasure, Told, erasure_of, view_of, view_of_row};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::jobs::{Job, JobError};
use crate::random::new_id;
use crate::{App, audit, jobs};
use perennial_domain::access::Right;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::privacy::{self as table, ErasureRow, TombstoneRow};
use perennial_store::{
    StoreError, WriteTx, activity, audiences, clerks, clusters, codes, communities, consents, customer_changes,
    customers, fields, forms, identity, incentives, index_snapshots, journal, key_customers, merges, orders, parts,
    priorities, progress, reach, receipts, relations, scores, segment_moves, stores, tags, tickets, topics,
    touch_points, traits, units, usage_cards, values,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Within so many hours of the request everything is to be gone.
pub const ERASURE_HOURS: i64 = 24;
pub const REASON_CHARS_MAX: usize = 500;

/// Erases a person as far as one commit can, and asks for the rest. From then on nobody finds them.
pub async fn begin_erasure(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    reason: &str,
    once: &Once<'_, Erasure>,
) -> Result<Erasure, PrivacyError> {
    require(actor, Right::PrivacyManage)?;
    let reason = reason.trim();
    if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
        return Err(PrivacyError::NoReason { allowed: "1 to 500 characters, such as the number of the request" });
    }
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<PrivacyError>(app, &mut tx).await?;
    journal::lock_applier(&mut tx).await?;
    let whole = whole(&mut tx, customer).await?;
    let number = i64::from(whole.customer.0);
    customers::get(&mut tx, actor.scope(), number).await?.ok_or(PrivacyError::NoCustomer)?;
    let keys = Keys::of(app, &mut tx).await?;
    let had_values = values::run_id(&mut tx).await?.is_some();
    table::overwrite_deleted(&mut tx, true).await?;
    let person = Person { customer: number, parts: whole.parts.iter().map(|part| i64::from(part.0)).collect() };
    let id = new_id(app.random.as_ref(), "era", now);
    let (work, removed) = remove(&mut tx, &person, &keys, &id, now).await?;
    table::overwrite_deleted(&mut tx, false).await?;
    let told = Told { removed, steps: vec![("store".to_owned(), now.0)], waits_for: None };
    let row = ErasureRow {
        id: id.clone(),
        state: "running".to_owned(),
        step: Step::FIRST,
        customer_number: number,
        parts: serde_json::to_string(&person.parts).unwrap_or_default(),
        reason: reason.to_owned(),
        requested_by: actor.name().to_owned(),
        requested_at: now.0,
        deadline_at: now.0 + ERASURE_HOURS * 3_600 * MICROS_PER_SECOND,
        counts: serde_json::to_string(&told).unwrap_or_default(),
        work: Some(serde_json::to_string(&work).unwrap_or_default()),
        receipt: None,
        finished_at: None,
    };
    table::insert(&mut tx, &row).await?;
    jobs::enqueue(app, &mut tx, &Job::Erase { erasure_id: id.clone() }).await?;
    let detail = json!({ "erasure": id, "profiles": person.parts.len() });
    audit::append(app, &mut tx, actor, "customer.erased", &whole.customer.public_id(), detail).await?;
    if had_values {
        crate::value::enqueue_run(app, &mut tx).await?;
    }
    let view = view_of_row(&row, now)?;
    once.keep(&mut tx, &view).await?;
    tx.commit().await?;
    app.store.flush_log().await?;
    Ok(view)
}

struct Person {
    customer: i64,
    parts: Vec<i64>,
}

/// All rows of the person, in the caller's transaction; what the later steps need, and what went.
async fn remove(
    tx: &mut WriteTx<'_>,
    person: &Person,
    keys: &Keys,
    cause: &str,
    now: Instant,
) -> Result<(Work, Counts), StoreError> {
    let (own, parts) = ([person.customer], person.parts.as_slice());
    let rows = identity::of_customer(tx, person.customer).await?;
    let named: Vec<(&str, &str)> = rows.iter().map(|row| (row.kind.as_str(), row.value.as_str())).collect();
    let identifiers: Vec<Identifier> = rows.iter().cloned().filter_map(super::identifier_of).collect();
    let is_other = |number: i64| !parts.contains(&number);
    let others: BTreeSet<(u32, Identifier)> = identity::conflicts_naming(tx, &named)
        .await?
        .into_iter()
        .filter(|row| is_other(row.customer_number))
        .filter_map(|row| {
            let part = u32::try_from(row.customer_number).ok()?;
            Some((part, Identifier { kind: IdentifierType::parse(&row.kind)?, value: row.value }))
        })
        .collect();
    let mut removed: BTreeMap<String, u64> = BTreeMap::new();
    let mut note = |place: &str, count: u64| *removed.entry(place.to_owned()).or_default() += count;
    note("customers", customers::remove(tx, &own).await?);
    customer_changes::add(tx, parts).await?;
    let told_of = if parts.len() > 1 { parts } else { &own };
    let profiles = parts::load(tx, told_of).await?;
    let numbers: Vec<i64> = profiles.iter().map(|row| row.counters.number).collect();
    parts::remove(tx, &numbers).await?;
    note("profiles", (numbers.len().max(1)) as u64);
    note("identifiers", identity::remove(tx, &named).await?);
    note("left_off_identifiers", identity::remove_conflicts(tx, parts).await?);
    note("left_off_identifiers", identity::remove_conflicts_naming(tx, &named).await?);
    note("customers_who_shared_identifiers", others.iter().map(|(part, _)| part).collect::<BTreeSet<_>>().len() as u64);
    note("traits", traits::remove(tx, &own).await?);
    note("traits_of_profiles", parts::remove_traits(tx, parts).await?);
    note("known_orders_and_rows", orders::remove(tx, parts).await?);
    note("values", values::remove(tx, &own).await?);
    note("scores", scores::remove(tx, parts).await?);
    note("activity", activity::remove(tx, &own).await?);
    note("merges", merges::remove_of_parts(tx, parts).await?);
    note("consents", consents::remove_of_parts(tx, parts).await?);
    note("stores", stores::remove_parts(tx, parts).await?);
    note("sign_ups", clerks::remove_sign_ups(tx, parts).await?);
    note("orders_of_clerks", clerks::remove_orders(tx, parts).await?);
    // What clerks earned stays, by a number that is nobody's any more.
    incentives::blank_orders(tx, parts).await?;
    note("notes_about_traits", fields::remove_notes(tx, parts).await?);
    note("tags", tags::remove_events(tx, parts).await?);
    note("tags_of_customers", tags::remove_standing(tx, &own).await?);
    note("firsts", touch_points::remove_firsts(tx, parts).await?);
    note("progress", progress::remove_of_parts(tx, parts).await?);
    // Also what others were told to have come by.
    note("relations", relations::remove_of_parts(tx, parts).await? + relations::remove_naming(tx, &named).await?);
    note("topic_picks", topics::remove_of_parts(tx, parts).await?);
    let (deliveries, answers) = usage_cards::remove_of_parts(tx, parts).await?;
    note("deliveries", deliveries);
    note("usage_answers", answers);
    note("sent_messages", reach::remove_of_parts(tx, parts).await?);
    note("tickets", tickets::remove_of_parts(tx, parts).await?);
    note("customer_owners", key_customers::remove_of_parts(tx, parts).await?);
    let (invitations, joins) = communities::remove_of_parts(tx, parts).await?;
    note("community_invitations", invitations);
    note("community_joins", joins);
    // Whoever was merged may have been placed as an own customer.
    note("audiences", audiences::remove_parts(tx, parts).await?);
    note("clusters", clusters::remove_customers(tx, parts).await?);
    note("interviews", clusters::remove_interviews_of_parts(tx, parts).await?);
    note("plan_decisions", priorities::remove_of_parts(tx, parts).await?);
    note("scans_of_nobody_now", codes::forget_scanners(tx, parts).await? + units::forget_scanners(tx, parts).await?);
    note("form_submissions_of_nobody_now", forms::forget_people(tx, parts).await?);
    note("segment_moves", segment_moves::remove_of_customers(tx, parts).await?);
    // Files of the index that know the person; the last step removes what cannot be read any more.
    note("index_snapshots", u64::from(index_snapshots::void(tx).await? > 0));
    note("receipts_of_nobody_now", receipts::forget_people(tx, parts).await?);
    let stones: Vec<TombstoneRow> = identifiers
        .iter()
        .map(|identifier| TombstoneRow {
            identifier_hash: keys.hash(identifier),
            cause: cause.to_owned(),
            erased_at: now.0,
            back_since: None,
        })
        .collect();
    table::insert_tombstones(tx, &stones).await?;
    let work = Work { identifiers, others: others.into_iter().collect(), ..Work::default() };
    Ok((work, removed))
}

/// Takes an erasure to its end, or to where it has to wait. Several may be at it at once.
pub async fn run_erasure(app: &App, id: &str) -> Result<Erasure, PrivacyError> {
    loop {
        let row = table::get(&mut app.store.read().await?, id).await?.ok_or(PrivacyError::NoErasure)?;
        if row.finished_at.is_some() {
            return view_of(app, &row).await;
        }
        let step = Step::at(row.step).ok_or_else(|| PrivacyError::Unreadable(row.id.clone()))?;
        tracing::debug!(erasure.id = id, step = step.code(), "erasing");
        match steps::take(app, &row, step).await? {
            Done::Goes => {}
            Done::Waits => {
                let row = table::get(&mut app.store.read().await?, id).await?.ok_or(PrivacyError::NoErasure)?;
                return view_of(app, &row).await;
            }
        }
    }
}

/// Erases a person to the end: for the command line. One who is being erased already is gone on with.
pub async fn erase(app: &App, actor: &Actor, customer: CustomerNumber, reason: &str) -> Result<Erasure, PrivacyError> {
    match begin_erasure(app, actor, customer, reason, &Once::unkeyed()).await {
        Ok(begun) => run_erasure(app, &begun.id).await,
        Err(PrivacyError::NoCustomer) => match erasure_of(app, actor, customer).await {
            Ok(earlier) => run_erasure(app, &earlier.id).await,
            Err(PrivacyError::NoErasure) => Err(PrivacyError::NoCustomer),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// The job that the server's worker runs.
pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    match run_erasure(app, id).await {
        Ok(erasure) if erasure.finished_at.is_some() => Ok(()),
        Ok(_) => Err(JobError::Later),
        Err(error @ (PrivacyError::NoErasure | PrivacyError::Unreadable(_))) => Err(JobError::Fail(error.to_string())),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}

/// Asks once more for what is not done, also where its job is dead.
pub async fn finish_unfinished(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    for row in table::unfinished(&mut tx).await? {
        jobs::enqueue(app, &mut tx, &Job::Erase { erasure_id: row.id }).await?;
    }
    tx.commit().await
}

pub(super) async fn gate_of(app: &App, tx: &mut WriteTx<'_>) -> Result<Gate, PrivacyError> {
    // There are tombstones: those of the erasure that is at work.
    Gate::load(app, tx).await?.ok_or_else(|| PrivacyError::Unreadable("tombstones".to_owned()))
}
