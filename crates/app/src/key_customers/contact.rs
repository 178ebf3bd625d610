//! A contact that somebody had with a customer.

use super::KeyCustomerError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Recorder, Said, fact_of, reached};
use crate::random::new_id;
use crate::{App, audit, pipeline};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::key_customers::{CONTACTED_EVENT, ContactChannel, check_contact};
use perennial_domain::time::Instant;
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    pub channel: ContactChannel,
    /// What was said; may be empty.
    pub note: String,
    /// None: now.
    pub at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub customer: CustomerNumber,
    pub channel: ContactChannel,
    pub note: String,
    pub at: Instant,
    /// The name of who wrote it down.
    pub recorded_by: String,
}

/// Writes a contact down. It is a fact of the customer, and keeps every promise that was made to them.
pub async fn note_contact(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    new: NewContact,
    once: &Once<'_, Contact>,
) -> Result<Contact, KeyCustomerError> {
    require(actor, Right::CustomersWrite)?;
    let now = app.clock.now();
    let (note, at) = (new.note.trim(), new.at.unwrap_or(now));
    let errors = check_contact(note, at, now);
    if !errors.is_empty() {
        return Err(KeyCustomerError::Invalid(errors));
    }
    let mut tx = app.store.write().await?;
    once.claim::<KeyCustomerError>(app, &mut tx).await?;
    let found = reached(&mut tx, actor.scope(), &[customer]).await?;
    let one = found.into_iter().next().ok_or(KeyCustomerError::NoCustomer)?;
    let identifier = one.by.get(&one.home).cloned().ok_or(KeyCustomerError::NoCustomer)?;
    let id = new_id(app.random.as_ref(), "ctc", now);
    let properties = json!({ "channel": new.channel.code(), "note": note, "recorded_by": Recorder::of(actor) });
    let said = Said {
        id: &id,
        event: CONTACTED_EVENT,
        identifier,
        traits: Vec::new(),
        properties,
        consents: Vec::new(),
        touch_point: None,
        at,
        now,
    };
    by_hand::accept(&mut tx, &id, vec![fact_of(said)], now).await?;
    // Without what was said.
    let detail = json!({ "channel": new.channel.code(), "at": at.rfc3339() });
    audit::append(app, &mut tx, actor, "customer.contacted", &one.customer.public_id(), detail).await?;
    let contact = Contact {
        customer: one.customer,
        channel: new.channel,
        note: note.to_owned(),
        at,
        recorded_by: actor.name().to_owned(),
    };
    once.keep(&mut tx, &contact).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(contact)
}
