//! A decision that a clerk writes down, or a program hands over: it becomes a fact, and goes the way of all facts.

use super::error::ConsentError;
use super::register::purpose;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Recorder, Said};
use crate::identity::whole;
use crate::pipeline;
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::consent::{ConsentWord, Decision};
use perennial_domain::fact::Fact;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::{ReadTx, Scope, customers, identity};
use serde_json::json;

/// The source of facts that are written down here.
pub const SOURCE: &str = "perennial";
const NOTE_CHARS_MAX: usize = 1_000;

/// Whose decision it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Customer(CustomerNumber),
    /// Also somebody who is not there yet, or not any more.
    Identifier {
        kind: IdentifierType,
        value: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConsent {
    pub who: Who,
    pub purpose: String,
    /// None: all.
    pub channels: Vec<String>,
    pub decision: Decision,
    pub text_version: Option<String>,
    /// When it was decided; otherwise now.
    pub at: Option<Instant>,
    /// What proves it, such as where the form lies.
    pub note: Option<String>,
}

/// What was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedConsent {
    /// Of the message that stands for it.
    pub id: String,
    /// Whose it is, where somebody was known.
    pub customer: Option<CustomerNumber>,
    pub at: Instant,
}

/// Writes a decision down. It is applied when this returns.
pub async fn record_consent(
    app: &App,
    actor: &Actor,
    new: &NewConsent,
    once: &Once<'_, RecordedConsent>,
) -> Result<RecordedConsent, ConsentError> {
    require(actor, Right::ConsentsWrite)?;
    let now = app.clock.now();
    let at = new.at.unwrap_or(now);
    if at > now {
        return Err(ConsentError::invalid("at", "an instant that is over"));
    }
    if new.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX) {
        return Err(ConsentError::invalid("note", "at most 1000 characters"));
    }
    let mut tx = app.store.write().await?;
    once.claim::<ConsentError>(app, &mut tx).await?;
    check(&mut tx, new).await?;
    let (customer, identifier) = who(&mut tx, actor.scope(), &new.who).await?;
    let id = new_id(app.random.as_ref(), "cns", now);
    let fact = fact_of(&id, actor, new, identifier, at, now);
    by_hand::accept(&mut tx, &id, vec![fact], now).await?;
    let subject = customer.map_or_else(|| id.clone(), CustomerNumber::public_id);
    let detail = json!({ "consent": id, "purpose": new.purpose, "decision": new.decision.code() });
    audit::append(app, &mut tx, actor, "consent.recorded", &subject, detail).await?;
    let recorded = RecordedConsent { id, customer, at };
    once.keep(&mut tx, &recorded).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(recorded)
}

async fn check(tx: &mut ReadTx<'_>, new: &NewConsent) -> Result<(), ConsentError> {
    let registered = purpose(tx, &new.purpose).await?;
    let registered = registered.ok_or_else(|| ConsentError::invalid("purpose", "a purpose of the register"))?;
    let channels = &registered.settings.channels;
    if let Some(unknown) = new.channels.iter().find(|channel| !channels.contains(channel)) {
        let allowed =
            if channels.is_empty() { "none: the purpose has no channels".to_owned() } else { channels.join(", ") };
        tracing::debug!(channel = %unknown, "a channel that the purpose does not have");
        return Err(ConsentError::invalid("channels", allowed));
    }
    if let Some(version) = &new.text_version
        && perennial_store::consents::text_hash(tx, &new.purpose, version).await?.is_none()
    {
        return Err(ConsentError::invalid("text_version", "a version of the purpose's texts"));
    }
    Ok(())
}

/// The customer, if there is one, and the identifier by which the fact finds it.
async fn who(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    who: &Who,
) -> Result<(Option<CustomerNumber>, Identifier), ConsentError> {
    match who {
        Who::Customer(number) => {
            let customer = whole(tx, *number).await?.customer;
            customers::get(tx, scope, i64::from(customer.0)).await?.ok_or(ConsentError::NoCustomer)?;
            let rows = identity::of_customer(tx, i64::from(customer.0)).await?;
            let strongest = rows.into_iter().filter_map(crate::privacy::identifier_of).min_by_key(|one| one.kind);
            let none = || ConsentError::invalid("customer", "a customer with an identifier");
            Ok((Some(customer), strongest.ok_or_else(none)?))
        }
        Who::Identifier { kind, value } => {
            let normal = Identifier::normalise(*kind, value);
            let identifier =
                normal.map_err(|_| ConsentError::invalid("identifier/value", "an identifier of its type"))?;
            let key = (identifier.kind.code(), identifier.value.as_str());
            let owners = identity::owners(tx, &[key]).await?;
            let owner = owners.into_values().next().map(|owner| CustomerNumber(owner.customer_number));
            // Who is not seen is not told of; the decision is taken down all the same.
            let numbers: Vec<i64> = owner.iter().map(|owner| i64::from(owner.0)).collect();
            let is_seen = scope.is_everyone() || customers::among(tx, scope, &numbers).await? == numbers;
            Ok((owner.filter(|_| is_seen), identifier))
        }
    }
}

fn fact_of(id: &str, actor: &Actor, new: &NewConsent, identifier: Identifier, at: Instant, now: Instant) -> Fact {
    let name = match new.decision {
        Decision::Granted => "Consent Given",
        Decision::Denied => "Consent Denied",
        Decision::Revoked => "Consent Revoked",
    };
    let properties = json!({
        "purpose": new.purpose,
        "channels": new.channels,
        "text_version": new.text_version,
        "recorded_by": Recorder::of(actor),
        "note": new.note,
    });
    let mut channels = new.channels.clone();
    if channels.is_empty() {
        channels.push(String::new());
    }
    let word = |channel: String| ConsentWord {
        purpose: new.purpose.clone(),
        channel,
        decision: new.decision,
        text_version: new.text_version.clone(),
        is_explicit: true,
    };
    by_hand::fact_of(Said {
        id,
        event: name,
        identifier,
        traits: Vec::new(),
        properties,
        consents: channels.into_iter().map(word).collect(),
        touch_point: None,
        at,
        now,
    })
}
