//! Who is looked after by whom, and who is overdue.

use super::KeyCustomerError;
use super::held::by_customer;
use super::promise::{Owner, Users, in_order, promise_in_tx};
use crate::App;
use crate::access::{Actor, require};
use crate::customers::{CustomerItem, items_of};
use crate::segments::live::{Live, segment_sets};
use perennial_domain::access::Right;
use perennial_domain::time::Instant;
use perennial_store::key_customers as table;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Which are asked for: all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyCustomerQuery {
    /// The id of the user who looks after them.
    pub owner: Option<String>,
    pub is_overdue: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KeyCustomers {
    pub items: Vec<KeyCustomer>,
    /// Behind whom the next page begins.
    pub next: Option<u32>,
    /// Of all whom the actor sees, whatever is asked for: owners of the promise in its order, others by name, last nobody.
    pub by_owner: Vec<OfOwner>,
    pub as_of: Instant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KeyCustomer {
    pub customer: CustomerItem,
    /// None: not shared out yet, or there is nobody who can look after them.
    pub owner: Option<Owner>,
    /// Since when that owner looks after them.
    pub since: Option<Instant>,
    pub is_overdue: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfOwner {
    pub owner: Option<Owner>,
    pub customers: u64,
    pub overdue: u64,
}

/// Those of a segment with a promise whom the actor sees, by their numbers. The database is asked a fixed number of times, however many
/// they are.
pub async fn key_customers(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    segment: &str,
    query: &KeyCustomerQuery,
    (after, limit): (Option<u32>, usize),
) -> Result<KeyCustomers, KeyCustomerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let promise = promise_in_tx(&mut tx, segment).await?.ok_or(KeyCustomerError::NoPromise)?;
    let rows = by_customer(table::owners(&mut tx, segment).await?);
    let users = Users::load(&mut tx).await?;
    drop(tx);
    let found = segment_sets(app, live, actor, &[segment, &promise.overdue_segment]).await?;
    let [members, overdue] = found.sets.as_slice() else { return Err(KeyCustomerError::NoPromise) };
    let mut counts: HashMap<Option<&str>, (u64, u64)> = HashMap::new();
    let mut wanted: Vec<u32> = Vec::new();
    for customer in members {
        let owner = rows.get(&i64::from(customer)).map(|row| row.owner.as_str());
        let is_overdue = overdue.contains(customer);
        let (all, late) = counts.entry(owner).or_default();
        *all += 1;
        *late += u64::from(is_overdue);
        let is_asked_for = query.owner.as_deref().is_none_or(|wanted| owner == Some(wanted))
            && query.is_overdue.is_none_or(|wanted| wanted == is_overdue);
        if is_asked_for && after.is_none_or(|after| customer > after) && wanted.len() <= limit {
            wanted.push(customer);
        }
    }
    let has_more = wanted.len() > limit;
    wanted.truncate(limit);
    let next = wanted.last().filter(|_| has_more).copied();
    let others: BTreeSet<&str> = counts.keys().copied().flatten().collect();
    let count_of = |owner: Option<&str>| counts.get(&owner).copied().unwrap_or_default();
    let of = |owner: Owner| {
        let (customers, overdue) = count_of(Some(&owner.user_id));
        OfOwner { owner: Some(owner), customers, overdue }
    };
    let (customers, late) = count_of(None);
    let nobodys = (customers > 0).then_some(OfOwner { owner: None, customers, overdue: late });
    let by_owner = in_order(&promise, &users, others).into_iter().map(of).chain(nobodys).collect();
    let numbers: Vec<i64> = wanted.into_iter().map(i64::from).collect();
    let items = items_of(app, actor, &numbers).await?.into_iter().map(|customer| {
        let number = customer.row.counters.number;
        let row = rows.get(&number);
        KeyCustomer {
            owner: row.map(|row| users.owner(&row.owner)),
            since: row.map(|row| Instant(row.since)),
            is_overdue: u32::try_from(number).is_ok_and(|number| overdue.contains(number)),
            customer,
        }
    });
    Ok(KeyCustomers { items: items.collect(), next, by_owner, as_of: found.as_of })
}
