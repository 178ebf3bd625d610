//! A customer is given to another owner by hand.

use super::held::{Given, held};
use super::promise::{Users, promise_in_tx};
use super::{KeyCustomer, KeyCustomerError};
use crate::access::{Actor, require};
use crate::by_hand::{self, reached};
use crate::customers::items_of;
use crate::identity::whole;
use crate::random::new_id;
use crate::segments::live::{Live, segment_sets};
use crate::{App, audit, pipeline};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::key_customers::AssignReason;
use perennial_domain::time::Instant;
use perennial_store::{customers, journal, key_customers as table, stores};
use serde_json::json;
use std::sync::Arc;

/// To one of the promise's owners who sees the customer. The days for a contact go on. Of two at once the later holds.
pub async fn hand_over(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    segment: &str,
    customer: CustomerNumber,
    user_id: &str,
) -> Result<KeyCustomer, KeyCustomerError> {
    require(actor, Right::CustomersWrite)?;
    let known = promise_in_tx(&mut app.store.read().await?, segment).await?.ok_or(KeyCustomerError::NoPromise)?;
    let found = segment_sets(app, live, actor, &[segment, &known.overdue_segment]).await?;
    let is_in = |place: usize, number: u32| found.sets.get(place).is_some_and(|set| set.contains(number));
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    table::lock_promise(&mut tx, segment).await?;
    let promise = promise_in_tx(&mut tx, segment).await?.ok_or(KeyCustomerError::NoPromise)?;
    let customer = whole(&mut tx, customer).await?.customer;
    let number = i64::from(customer.0);
    let one = reached(&mut tx, actor.scope(), &[customer]).await?.into_iter().next();
    let one = one.filter(|_| is_in(0, customer.0)).ok_or(KeyCustomerError::NoCustomer)?;
    let before = held(&mut tx, segment, &[number]).await?.into_iter().next().ok_or(KeyCustomerError::NoCustomer)?;
    let users = Users::load(&mut tx).await?;
    let is_owner = promise.owners.iter().any(|id| id == user_id) && users.is_able(user_id);
    let scope = stores::seen_by(&mut tx, user_id).await?;
    if !is_owner || customers::among(&mut tx, &scope, &[number]).await?.is_empty() {
        let allowed = "the id of one of the promise's owners who may write about customers and sees this one";
        return Err(KeyCustomerError::field("user_id", allowed));
    }
    let owner = users.owner(user_id);
    let held_before = before.owner().map(|row| (row.owner.clone(), Instant(row.since)));
    let mut since = held_before.as_ref().map_or(now, |(_, since)| *since);
    if held_before.as_ref().is_none_or(|(owner, _)| owner != user_id) {
        since = now;
        table::set_owners(&mut tx, &before.given_to(segment, user_id, now)).await?;
        // Whoever had nobody yet has got an owner now: the days begin.
        let reason = if held_before.is_some() { AssignReason::HandedOver } else { AssignReason::New };
        if let Some(identifier) = one.by.get(&one.home).cloned() {
            let id = new_id(app.random.as_ref(), "own", now);
            let said = Given { id: &id, segment, owner: &owner.name, reason, by: actor, now };
            by_hand::accept(&mut tx, &id, vec![said.fact(identifier)], now).await?;
        }
        let from = held_before.map(|(owner, _)| owner);
        let detail = json!({ "segment": segment, "user": { "from": from, "to": user_id } });
        audit::append(app, &mut tx, actor, "key_customer.handed_over", &customer.public_id(), detail).await?;
        tx.commit().await?;
        pipeline::apply_all(app).await?;
    } else {
        drop(tx);
    }
    let item = items_of(app, actor, &[number]).await?.into_iter().next().ok_or(KeyCustomerError::NoCustomer)?;
    Ok(KeyCustomer { customer: item, owner: Some(owner), since: Some(since), is_overdue: is_in(1, customer.0) })
}
