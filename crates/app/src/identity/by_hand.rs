//! A person says that two customers are one, or takes a merge back.

use super::error::IdentityError;
use super::joining::{Deed, happened, join, part, strongest};
use super::view::Merge;
use super::whole::whole;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::webhooks::{Subscribers, publish};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::identity::survivor_of;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::webhook::EventType;
use perennial_store::merges::{self, MergeRow};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, journal, values};
use serde_json::{Value, json};

/// Two customers that are one. Numbers of profiles stand for their customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeRequest {
    pub one: CustomerNumber,
    pub other: CustomerNumber,
    /// By whose number the customer is to go on; otherwise by that of the one who is known best.
    pub keep: Option<CustomerNumber>,
}

/// Who goes on, and who goes on under another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sides {
    pub survivor: CustomerNumber,
    pub absorbed: CustomerNumber,
}

pub(super) async fn sides(tx: &mut ReadTx<'_>, request: &MergeRequest) -> Result<Sides, IdentityError> {
    let one = whole(tx, request.one).await?.customer;
    let other = whole(tx, request.other).await?.customer;
    for customer in [one, other] {
        let row = perennial_store::customers::get(tx, &Scope::Everyone, i64::from(customer.0)).await?;
        row.ok_or(IdentityError::NoCustomer)?;
    }
    if one == other {
        return Err(IdentityError::SameCustomer);
    }
    let survivor = match request.keep {
        Some(keep) => whole(tx, keep).await?.customer,
        None => survivor_of((one, strongest(tx, one).await?), (other, strongest(tx, other).await?)),
    };
    match survivor {
        _ if survivor == one => Ok(Sides { survivor, absorbed: other }),
        _ if survivor == other => Ok(Sides { survivor, absorbed: one }),
        _ => Err(IdentityError::KeepIsNeither),
    }
}

/// Makes one of two customers. One commit; the same wish again finds one customer and is refused.
pub async fn merge_customers(
    app: &App,
    actor: &Actor,
    request: &MergeRequest,
    once: &Once<'_, Merge>,
) -> Result<Merge, IdentityError> {
    require(actor, Right::CustomersMerge)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<IdentityError>(app, &mut tx).await?;
    journal::lock_applier(&mut tx).await?;
    let Sides { survivor, absorbed } = sides(&mut tx, request).await?;
    let had_values = values::run_id(&mut tx).await?.is_some();
    let deed = Deed {
        id: new_id(app.random.as_ref(), "mrg", now),
        how: "hand",
        detail: json!({ "actor_kind": actor.kind(), "actor_id": actor.id() }),
        by: actor.name(),
        at: now,
    };
    let row = join(&mut tx, survivor, absorbed, survivor, deed).await?;
    tell(app, &mut tx, EventType::CustomerMerged, &row, &Sides { survivor, absorbed }).await?;
    let detail = json!({ "merge": row.id, "absorbed": absorbed.public_id() });
    finish(app, tx, actor, ("customer.merged", survivor, detail), row, had_values, once).await
}

/// Takes a merge back, whoever merged. Messages do not merge the two again; a person may.
pub async fn unmerge(app: &App, actor: &Actor, id: &str, once: &Once<'_, Merge>) -> Result<Merge, IdentityError> {
    require(actor, Right::CustomersMerge)?;
    let mut tx = app.store.write().await?;
    once.claim::<IdentityError>(app, &mut tx).await?;
    journal::lock_applier(&mut tx).await?;
    let row = merges::get(&mut tx, id).await?.ok_or(IdentityError::NoMerge)?;
    if row.undone_at.is_some() {
        return Err(IdentityError::AlreadyUndone);
    }
    let had_values = values::run_id(&mut tx).await?.is_some();
    let (row, parted) = part(&mut tx, &row, actor.name(), app.clock.now()).await?;
    tell(app, &mut tx, EventType::CustomerUnmerged, &row, &parted).await?;
    let view = Merge::of(&row)?;
    let detail = json!({ "merge": row.id, "absorbed": view.absorbed.public_id() });
    finish(app, tx, actor, ("customer.unmerged", view.survivor, detail), row, had_values, once).await
}

/// The merge that stands by which a customer went on under another number, by the id of either.
pub async fn merge_of(app: &App, actor: &Actor, text: &str) -> Result<Merge, IdentityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let row = match CustomerNumber::from_public_id(text.trim()) {
        Some(number) => merges::of_absorbed(&mut tx, i64::from(number.0)).await?,
        None => merges::get(&mut tx, text.trim()).await?,
    };
    Ok(Merge::of(&row.ok_or(IdentityError::NoMerge)?)?)
}

async fn tell(
    app: &App,
    tx: &mut WriteTx<'_>,
    event_type: EventType,
    row: &MergeRow,
    sides: &Sides,
) -> Result<(), StoreError> {
    let subscribers = Subscribers::load(tx).await?;
    publish(app, tx, &subscribers, &[happened(event_type, row, sides)]).await
}

async fn finish(
    app: &App,
    mut tx: WriteTx<'_>,
    actor: &Actor,
    (action, subject, detail): (&str, CustomerNumber, Value),
    row: MergeRow,
    had_values: bool,
    once: &Once<'_, Merge>,
) -> Result<Merge, IdentityError> {
    audit::append(app, &mut tx, actor, action, &subject.public_id(), detail).await?;
    if had_values {
        // Both sides are without values until somebody looks at them anew.
        crate::value::enqueue_run(app, &mut tx).await?;
    }
    let merge = Merge::of(&row)?;
    once.keep(&mut tx, &merge).await?;
    tx.commit().await?;
    Ok(merge)
}
