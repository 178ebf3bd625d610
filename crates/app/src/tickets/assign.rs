//! Who looks after a ticket: somebody takes it, hands it on, or gives it back.

use super::{Ticket, TicketError, row_of, ticket_of};
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::ticket::TicketState;
use perennial_domain::time::Instant;
use perennial_store::access::{self, UserRow};
use perennial_store::tickets::{self as table, TicketFilter, TicketRow, TicketsOf};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, stores};
use serde_json::json;

/// Whose tickets are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignedTo {
    Nobody,
    /// The id of a user.
    User(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub user_id: String,
    /// The name of then.
    pub name: String,
    pub at: Instant,
}

/// A user who may look after a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignee {
    pub user_id: String,
    pub name: String,
}

pub(super) fn assignment_of(row: &TicketRow) -> Option<Assignment> {
    let (user_id, name) = row.assigned_to.clone().zip(row.assigned_name.clone())?;
    Some(Assignment { user_id, name, at: Instant(row.assigned_at?) })
}

/// Those who may look after a ticket: active users who see its customer and may write about customers, by name.
pub async fn assignees(app: &App, actor: &Actor, id: &str) -> Result<Vec<Assignee>, TicketError> {
    require(actor, Right::CustomersWrite)?;
    let mut tx = app.store.read().await?;
    let ticket = ticket_of(&row_of(&mut tx, actor, id).await?)?;
    let mut found = Vec::new();
    for user in access::users(&mut tx).await? {
        if may_look_after(&mut tx, &user, ticket.customer).await? {
            found.push(Assignee { user_id: user.id, name: user.name });
        }
    }
    found.sort_by(|one, other| (&one.name, &one.user_id).cmp(&(&other.name, &other.user_id)));
    Ok(found)
}

async fn may_look_after(tx: &mut ReadTx<'_>, user: &UserRow, customer: CustomerNumber) -> Result<bool, StoreError> {
    if !crate::access::may_look_after(user) {
        return Ok(false);
    }
    let scope = stores::seen_by(tx, &user.id).await?;
    Ok(!customers::among(tx, &scope, &[i64::from(customer.0)]).await?.is_empty())
}

/// Whoever was to look after it and may not any more has it no more.
pub(super) async fn give_back_if_unable(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    row: &TicketRow,
) -> Result<(), TicketError> {
    let Some(user_id) = row.assigned_to.as_deref() else { return Ok(()) };
    let customer = ticket_of(row)?.customer;
    let is_able = match access::user_by_id(tx, user_id).await? {
        Some(user) => may_look_after(tx, &user, customer).await?,
        None => false,
    };
    if is_able {
        return Ok(());
    }
    table::assign(tx, &row.id, row.version, None, app.clock.now()).await?;
    let detail = json!({ "customer": customer.public_id(), "user": { "from": user_id, "to": null } });
    audit::append(app, tx, actor, "ticket.assigned", &row.id, detail).await?;
    Ok(())
}

/// Whoever may not write about customers any more, or not sign in, gives back all open tickets that they look after, in the
/// commit that says so.
pub(crate) async fn give_back_all(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    user_id: &str,
) -> Result<(), StoreError> {
    let of = Some(TicketsOf::User(user_id));
    let filter = TicketFilter { state: Some(TicketState::Open.code()), of, ..TicketFilter::default() };
    for row in table::list(tx, &Scope::Everyone, &filter, i64::MAX).await? {
        table::assign(tx, &row.id, row.version, None, app.clock.now()).await?;
        let detail = json!({
            "customer": ticket_of(&row)?.customer.public_id(),
            "user": { "from": user_id, "to": null },
        });
        audit::append(app, tx, actor, "ticket.assigned", &row.id, detail).await?;
    }
    Ok(())
}

/// Says who looks after an open ticket, or that nobody does, if `expected_version` is still its own: so of two who take it at
/// the same time one is told.
pub async fn assign_ticket(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    user_id: Option<&str>,
) -> Result<Ticket, TicketError> {
    require(actor, Right::CustomersWrite)?;
    let mut tx = app.store.write().await?;
    let row = row_of(&mut tx, actor, id).await?;
    if row.state == TicketState::Closed.code() {
        return Err(TicketError::Closed);
    }
    let before = ticket_of(&row)?;
    let mut user = None;
    if let Some(user_id) = user_id {
        let found = access::user_by_id(&mut tx, user_id).await?;
        let refused = || {
            let allowed = "the id of an active user who sees the customer and may write about customers, or null";
            TicketError::Invalid(vec![FieldError { field: "user_id", allowed }])
        };
        let found = found.ok_or_else(refused)?;
        if !may_look_after(&mut tx, &found, before.customer).await? {
            return Err(refused());
        }
        user = Some(found);
    }
    let named = user.as_ref().map(|user| (user.id.as_str(), user.name.as_str()));
    if !table::assign(&mut tx, id, expected_version, named, app.clock.now()).await? {
        return Err(TicketError::VersionConflict);
    }
    let detail = json!({
        "customer": before.customer.public_id(),
        "user": { "from": before.assigned.map(|one| one.user_id), "to": user_id },
    });
    audit::append(app, &mut tx, actor, "ticket.assigned", id, detail).await?;
    let ticket = ticket_of(&row_of(&mut tx, actor, id).await?)?;
    tx.commit().await?;
    Ok(ticket)
}
