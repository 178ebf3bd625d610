//! Whoever has no owner is shared out.
//!
//! It is not moves that are followed but what is, as with tags: whoever is in the segment and has no owner who can look after
//! them gets one. So nothing is lost when a server is stopped, and nothing is done twice.

use super::KeyCustomerError;
use super::held::{Given, by_customer, held};
use super::promise::{Kept, Users, promise_in_tx, promises_in_tx};
use crate::access::Actor;
use crate::by_hand::{self, Reached, reached};
use crate::random::new_id;
use crate::segments::live::{Live, RULES};
use crate::{App, audit, pipeline};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::key_customers::{AssignReason, share_out};
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_index::Set;
use perennial_store::key_customers as table;
use perennial_store::{ReadTx, Scope, StoreError, customers, journal, stores};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// By whom.
const BY: &Actor = &RULES;
/// Customers in a commit.
const PER_COMMIT: usize = 500;

/// So often it is looked through anew though nothing that is known in memory is different: customers change their stores.
const LOOK_AGAIN: i64 = 60 * MICROS_PER_SECOND;

/// What has been shared out to the end, so that it is not looked through again each second.
#[derive(Default)]
pub struct SharedOut(BTreeMap<String, (Done, Instant)>);

/// Of what a sharing out depends, as far as it is known in memory.
#[derive(PartialEq)]
struct Done {
    version: i64,
    /// A promise that was removed and made again begins with its first version.
    changed_at: Instant,
    able: Vec<Able>,
    members: Set,
}

/// An owner who can look after those whom they see.
#[derive(Clone, PartialEq)]
struct Able {
    user_id: String,
    name: String,
    scope: Scope,
}

/// [`Able`], with whom they see; none: everybody.
struct Owner<'a> {
    user_id: &'a str,
    name: &'a str,
    seen: Option<Set>,
}

impl Owner<'_> {
    fn sees(&self, customer: u32) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.contains(customer))
    }
}

/// Called beside [`crate::segments::live::keep_tags`], by the process that writes who comes into segments. How many customers were
/// given an owner.
///
/// # Errors
/// Of the store. What was done so far is kept; the next call does the rest.
pub async fn assign(app: &App, live: &Live, shared: &mut SharedOut) -> Result<usize, KeyCustomerError> {
    let mut tx = app.store.read().await?;
    let promises = promises_in_tx(&mut tx).await?;
    if promises.is_empty() {
        shared.0.clear();
        return Ok(0);
    }
    let able = able_owners(&mut tx, &promises).await?;
    drop(tx);
    let now = app.clock.now();
    let mut assigned = 0;
    for promise in &promises {
        let Some(members) = live.members(&promise.segment) else { continue };
        let able: Vec<Able> = promise.owners.iter().filter_map(|id| able.get(id.as_str()).cloned()).collect();
        let done = Done { version: promise.version, changed_at: promise.changed_at, able, members };
        let is_done = |(before, at): &(Done, Instant)| *before == done && now.0 - at.0 < LOOK_AGAIN;
        if shared.0.get(&promise.segment).is_some_and(is_done) {
            continue;
        }
        match share(app, promise, &done.able, &done.members).await {
            Ok(some) => {
                assigned += some;
                shared.0.insert(promise.segment.clone(), (done, now));
            }
            Err(error) => tracing::warn!(%error, "key customers could not be shared out; the next round does it"),
        }
    }
    Ok(assigned)
}

/// Owners of promises who can look after somebody, by id.
async fn able_owners<'p>(tx: &mut ReadTx<'_>, promises: &'p [Kept]) -> Result<HashMap<&'p str, Able>, StoreError> {
    let users = Users::load(tx).await?;
    let ids: BTreeSet<&str> = promises.iter().flat_map(|one| &one.owners).map(String::as_str).collect();
    let mut able = HashMap::new();
    for id in ids.into_iter().filter(|id| users.is_able(id)) {
        let scope = stores::seen_by(tx, id).await?;
        able.insert(id, Able { user_id: id.to_owned(), name: users.owner(id).name, scope });
    }
    Ok(able)
}

async fn owners_of<'a>(tx: &mut ReadTx<'_>, able: &'a [Able]) -> Result<Vec<Owner<'a>>, StoreError> {
    let mut owners: Vec<Owner<'a>> = Vec::with_capacity(able.len());
    for (place, Able { user_id, name, scope }) in able.iter().enumerate() {
        let alike = able.iter().take(place).position(|earlier| earlier.scope == *scope);
        let seen = match (scope, alike.and_then(|earlier| owners.get(earlier))) {
            (Scope::Everyone, _) => None,
            (_, Some(earlier)) => earlier.seen.clone(),
            (scope, None) => {
                let numbers = customers::numbers_within(tx, scope).await?;
                Some(numbers.into_iter().filter_map(|number| u32::try_from(number).ok()).collect())
            }
        };
        owners.push(Owner { user_id, name, seen });
    }
    Ok(owners)
}

async fn share(app: &App, promise: &Kept, able: &[Able], members: &Set) -> Result<usize, KeyCustomerError> {
    let mut tx = app.store.read().await?;
    let rows = by_customer(table::owners(&mut tx, &promise.segment).await?);
    let owners = owners_of(&mut tx, able).await?;
    drop(tx);
    let mut has = vec![0; owners.len()];
    let mut open = Vec::new();
    for customer in members {
        let own = rows.get(&i64::from(customer)).map(|row| row.owner.as_str());
        match owners.iter().position(|one| Some(one.user_id) == own && one.sees(customer)) {
            Some(place) => has[place] += 1,
            None => open.push(customer),
        }
    }
    let shared = share_out(&has, open, |owner, customer| owners.get(owner).is_some_and(|one| one.sees(customer)));
    let mut assigned = 0;
    for some in shared.chunks(PER_COMMIT) {
        match give(app, promise, &owners, some).await? {
            Some(given) => assigned += given,
            // The promise is another one now: the next round shares out by that.
            None => break,
        }
    }
    Ok(assigned)
}

/// In one commit; `None` where the promise is not this one any more. Whoever was erased or merged meanwhile, or was given to somebody, is
/// left as they are.
async fn give(
    app: &App,
    promise: &Kept,
    owners: &[Owner<'_>],
    shared: &[(u32, usize)],
) -> Result<Option<usize>, KeyCustomerError> {
    let now = app.clock.now();
    let segment = promise.segment.as_str();
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    table::lock_promise(&mut tx, segment).await?;
    if promise_in_tx(&mut tx, segment).await?.as_ref() != Some(promise) {
        return Ok(None);
    }
    let to: HashMap<i64, &Owner<'_>> =
        shared.iter().filter_map(|(customer, place)| Some((i64::from(*customer), owners.get(*place)?))).collect();
    let numbers: Vec<CustomerNumber> = shared.iter().map(|(customer, _)| CustomerNumber(*customer)).collect();
    let found = reached(&mut tx, &Scope::Everyone, &numbers).await?;
    let found: HashMap<i64, Reached> = found.into_iter().map(|one| (i64::from(one.customer.0), one)).collect();
    let id = new_id(app.random.as_ref(), "own", now);
    let (mut rows, mut facts, mut given) = (Vec::new(), Vec::new(), 0);
    let listed: Vec<i64> = to.keys().copied().collect();
    for one in held(&mut tx, segment, &listed).await? {
        let Some(owner) = to.get(&one.customer) else { continue };
        let is_held = one.owner().is_some_and(|row| {
            let sees = |owner: &Owner<'_>| u32::try_from(one.customer).is_ok_and(|customer| owner.sees(customer));
            owners.iter().any(|owner| owner.user_id == row.owner && sees(owner))
        });
        if is_held {
            continue;
        }
        given += 1;
        rows.extend(one.given_to(segment, owner.user_id, now));
        let reason = if one.owner().is_some() { AssignReason::Replaced } else { AssignReason::New };
        let identifier = found.get(&one.customer).and_then(|reached| reached.by.get(&reached.home));
        if let Some(identifier) = identifier.cloned() {
            let id = format!("{id}:{}", facts.len());
            let said = Given { id: &id, segment, owner: owner.name, reason, by: BY, now };
            facts.push(said.fact(identifier));
        }
    }
    if given > 0 {
        table::set_owners(&mut tx, &rows).await?;
        by_hand::accept(&mut tx, &id, facts, now).await?;
        audit::append(app, &mut tx, BY, "key_customers.shared_out", segment, json!({ "customers": given })).await?;
        tx.commit().await?;
        pipeline::apply_all(app).await?;
    }
    Ok(Some(given))
}
