//! Service tickets: what has to be looked after, until somebody closes it with a note.
//!
//! | what | where |
//! |---|---|
//! | opening, in the commit of what causes it | [`open_in_tx`] |
//! | the list that is worked off, of customers whom somebody sees | [`list_tickets`], [`ticket`] |
//! | who looks after one: taken, handed on, given back | [`assign_ticket`], [`assignees`] |
//! | closing, with who it was and what was done; opening again, and why | [`close_ticket`], [`reopen_ticket`] |
//!
//! Table: `tickets`, by profile, so that merging and parting move nothing. Invariants: what has opened a ticket opens no
//! second one; a closed ticket stays closed, with who closed it, when and with which note, until somebody opens it again;
//! opening, closing and opening again are told to webhooks. What opened it stands on the customer's timeline already, closing
//! and opening again are events of their own, accepted in the same commit; they and who looks after it stand in the audit log,
//! without the words of a note. Only who sees the customer and may write about customers looks after a ticket; whoever is
//! disabled, or gets a role that may not, gives back all that they have. A ticket of
//! somebody who is erased goes with them.

mod assign;

pub(crate) use assign::give_back_all;
pub use assign::{AssignedTo, Assignee, Assignment, assign_ticket, assignees};

use crate::access::{Actor, Forbidden, require};
use crate::by_hand::{self, Recorder, Said, fact_of, reached};
use crate::identity::whole;
use crate::pipeline::{self, PipelineError};
use crate::random::new_id;
use crate::webhooks::{Happened, Subscribers, publish};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::ticket::{CLOSED_EVENT, Cause, REOPENED_EVENT, TicketState, is_note};
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_store::tickets::{self as table, TicketFilter, TicketRow, TicketsOf};
use perennial_store::{ReadTx, StoreError, WriteTx, customers, journal};
use serde_json::{Value, json};
use thiserror::Error;

#[derive(Debug, Error)]
pub enum TicketError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such ticket")]
    NoTicket,
    #[error("no such customer")]
    NoCustomer,
    #[error("the ticket is closed")]
    Closed,
    #[error("the ticket is open")]
    Open,
    #[error("somebody else has changed this ticket meanwhile")]
    VersionConflict,
    #[error("the cursor is not one of this list")]
    CursorMismatch,
}

/// What a cause opens.
pub(crate) struct NewTicket {
    pub part: i64,
    pub cause: Cause,
    pub cause_id: String,
    /// An object: what of the cause the one who looks after it needs to know.
    pub detail: Value,
    pub happened_at: Instant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    pub id: String,
    pub customer: CustomerNumber,
    pub state: TicketState,
    pub cause: Cause,
    /// Of a usage card: `card`, `order_no`.
    pub detail: Value,
    /// When what opened it happened.
    pub happened_at: Instant,
    pub opened_at: Instant,
    /// Who looks after it.
    pub assigned: Option<Assignment>,
    /// The last time that it was opened again.
    pub reopened_at: Option<Instant>,
    pub closed: Option<Closing>,
    /// Grows by one with each change.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub at: Instant,
    pub by: String,
    pub note: String,
}

/// Which tickets are asked for.
#[derive(Clone, Debug, Default)]
pub struct TicketQuery {
    pub state: Option<TicketState>,
    pub customer: Option<CustomerNumber>,
    pub assigned: Option<AssignedTo>,
}

/// Opens tickets in the commit of what causes them. Nothing is accepted here: whoever applies may not wait for those who
/// accept.
pub(crate) async fn open_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    new: Vec<NewTicket>,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    for one in new {
        let id = new_id(app.random.as_ref(), "tkt", now);
        let row = TicketRow {
            id,
            customer_number: one.part,
            part_number: one.part,
            cause: one.cause.code().to_owned(),
            cause_id: one.cause_id,
            detail: one.detail.to_string(),
            state: TicketState::Open.code().to_owned(),
            happened_at: one.happened_at.0,
            opened_at: now.0,
            closed_at: None,
            closed_by: None,
            note: None,
            assigned_to: None,
            assigned_name: None,
            assigned_at: None,
            reopened_at: None,
            version: 1,
        };
        if !table::open(tx, &row).await? {
            continue;
        }
        if subscribers.want(EventType::TicketOpened, false) {
            publish_of(app, tx, subscribers, EventType::TicketOpened, &row).await?;
        }
    }
    Ok(())
}

/// What changed with a ticket, on the timeline of its customer, where a fact can find them.
async fn tell(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    row: &TicketRow,
    event: &str,
    note: &str,
    now: Instant,
) -> Result<(), TicketError> {
    let Some(customer) = CustomerNumber::from_stored(row.customer_number) else { return Ok(()) };
    let found = reached(tx, actor.scope(), &[customer]).await?.into_iter().next();
    let by = found.as_ref().and_then(|one| one.by.get(&row.part_number).or(one.by.get(&one.home)));
    let Some(identifier) = by.cloned() else { return Ok(()) };
    let id = format!("{}:{event}:{}", row.id, row.version);
    let said = Said {
        id: &id,
        event,
        identifier,
        traits: Vec::new(),
        properties: json!({ "ticket": row.id, "note": note, "recorded_by": Recorder::of(actor) }),
        consents: Vec::new(),
        touch_point: None,
        at: now,
        now,
    };
    Ok(by_hand::accept(tx, &id, vec![fact_of(said)], now).await?)
}

async fn publish_of(
    app: &App,
    tx: &mut WriteTx<'_>,
    subscribers: &Subscribers,
    event_type: EventType,
    row: &TicketRow,
) -> Result<(), StoreError> {
    let Some(part) = CustomerNumber::from_stored(row.part_number) else { return Ok(()) };
    let customer = whole(tx, part).await?.customer;
    let data = json!({
        "customer_id": customer.public_id(),
        "ticket_id": row.id,
        "cause": row.cause,
        "detail": detail_of(row)?,
        "opened_at": Instant(row.opened_at).rfc3339(),
        "closed_at": row.closed_at.map(|at| Instant(at).rfc3339()),
        "reopened_at": row.reopened_at.map(|at| Instant(at).rfc3339()),
    });
    publish(app, tx, subscribers, &[Happened::new(event_type, Some(i64::from(customer.0)), data)]).await
}

/// Of customers whom the actor sees, the last opened first; `after`: what the page before gave.
pub async fn list_tickets(
    app: &App,
    actor: &Actor,
    query: TicketQuery,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Ticket>, Option<String>), TicketError> {
    require(actor, Right::CustomersRead)?;
    let before = after.map(|text| place_of(text).ok_or(TicketError::CursorMismatch)).transpose()?;
    let mut tx = app.store.read().await?;
    let mut parts = None;
    if let Some(customer) = query.customer {
        let whole = whole(&mut tx, customer).await?;
        let seen = customers::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?;
        seen.ok_or(TicketError::NoCustomer)?;
        parts = Some(whole.parts.iter().map(|part| i64::from(part.0)).collect::<Vec<_>>());
    }
    let of = query.assigned.as_ref().map(|to| match to {
        AssignedTo::Nobody => TicketsOf::Nobody,
        AssignedTo::User(user) => TicketsOf::User(user),
    });
    let state = query.state.map(TicketState::code);
    let filter = TicketFilter { id: None, state, of, parts: parts.as_deref(), before };
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut rows = table::list(&mut tx, actor.scope(), &filter, wanted).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more).map(|row| format!("{}:{}", row.opened_at, row.id));
    Ok((rows.iter().map(ticket_of).collect::<Result<_, StoreError>>()?, last))
}

fn place_of(text: &str) -> Option<(i64, &str)> {
    let (at, id) = text.split_once(':')?;
    Some((at.parse().ok()?, id))
}

/// One, of a customer whom the actor sees.
pub async fn ticket(app: &App, actor: &Actor, id: &str) -> Result<Ticket, TicketError> {
    require(actor, Right::CustomersRead)?;
    Ok(ticket_of(&row_of(&mut app.store.read().await?, actor, id).await?)?)
}

async fn row_of(tx: &mut ReadTx<'_>, actor: &Actor, id: &str) -> Result<TicketRow, TicketError> {
    let filter = TicketFilter { id: Some(id), ..TicketFilter::default() };
    table::list(tx, actor.scope(), &filter, 1).await?.into_iter().next().ok_or(TicketError::NoTicket)
}

/// Closes a ticket: what was done stands in the note.
pub async fn close_ticket(app: &App, actor: &Actor, id: &str, note: &str) -> Result<Ticket, TicketError> {
    change_state(app, actor, id, TicketState::Closed, note).await
}

/// Opens a closed ticket again: why stands in the note. Who looked after it does again, if they still may.
pub async fn reopen_ticket(app: &App, actor: &Actor, id: &str, note: &str) -> Result<Ticket, TicketError> {
    change_state(app, actor, id, TicketState::Open, note).await
}

async fn change_state(app: &App, actor: &Actor, id: &str, to: TicketState, note: &str) -> Result<Ticket, TicketError> {
    require(actor, Right::CustomersWrite)?;
    if !is_note(note) {
        return Err(TicketError::Invalid(vec![FieldError { field: "note", allowed: "1 to 1000 characters" }]));
    }
    let (now, note) = (app.clock.now(), note.trim());
    let mut tx = app.store.write().await?;
    // In this order, as whoever applies and whoever tracks: first the applier, then what is published, then the journal.
    journal::lock_applier(&mut tx).await?;
    let subscribers = Subscribers::load(&mut tx).await?;
    row_of(&mut tx, actor, id).await?;
    let (is_done, event_type, event, action) = match to {
        TicketState::Closed => {
            let is_done = table::close(&mut tx, id, now, actor.name(), note).await?;
            (is_done, EventType::TicketClosed, CLOSED_EVENT, "ticket.closed")
        }
        TicketState::Open => {
            let is_done = table::reopen(&mut tx, id, now).await?;
            (is_done, EventType::TicketReopened, REOPENED_EVENT, "ticket.reopened")
        }
    };
    if !is_done {
        return Err(if to == TicketState::Closed { TicketError::Closed } else { TicketError::Open });
    }
    if to == TicketState::Open {
        let row = row_of(&mut tx, actor, id).await?;
        assign::give_back_if_unable(app, &mut tx, actor, &row).await?;
    }
    let row = row_of(&mut tx, actor, id).await?;
    let ticket = ticket_of(&row)?;
    if subscribers.want(event_type, false) {
        publish_of(app, &mut tx, &subscribers, event_type, &row).await?;
    }
    tell(&mut tx, actor, &row, event, note, now).await?;
    let detail = json!({ "customer": ticket.customer.public_id(), "cause": ticket.cause.code() });
    audit::append(app, &mut tx, actor, action, id, detail).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(ticket)
}

fn ticket_of(row: &TicketRow) -> Result<Ticket, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "tickets", column, row: row.id.clone() };
    let closed = row.closed_at.zip(row.closed_by.clone());
    Ok(Ticket {
        id: row.id.clone(),
        customer: CustomerNumber::from_stored(row.customer_number).ok_or_else(|| wrong("part_number"))?,
        state: TicketState::parse(&row.state).ok_or_else(|| wrong("state"))?,
        cause: Cause::parse(&row.cause).ok_or_else(|| wrong("cause"))?,
        detail: detail_of(row)?,
        happened_at: Instant(row.happened_at),
        opened_at: Instant(row.opened_at),
        assigned: assign::assignment_of(row),
        reopened_at: row.reopened_at.map(Instant),
        version: row.version,
        closed: closed.map(|(at, by)| Closing { at: Instant(at), by, note: row.note.clone().unwrap_or_default() }),
    })
}

fn detail_of(row: &TicketRow) -> Result<Value, StoreError> {
    serde_json::from_str(&row.detail).map_err(|_| StoreError::Inconsistency {
        table: "tickets",
        column: "detail",
        row: row.id.clone(),
    })
}
