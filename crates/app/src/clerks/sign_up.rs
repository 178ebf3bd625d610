//! Signing somebody up at the counter: three fields, one fact, applied when this returns.
//!
//! Who is known by the phone number is opened and not doubled; whether that is somebody of another store is all that is said
//! of people whom the clerk does not see.

use super::earn::SignUpWords;
use super::error::ClerkError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Said};
use crate::consent::agreed;
use crate::identity::whole;
use crate::pipeline;
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::clerks::SIGN_UP_EVENT;
use perennial_domain::fact::Trait;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::stores::check_name;
use perennial_store::clerks as table;
use perennial_store::{ReadTx, customers, identity, stores};
use serde_json::json;

const PURPOSES_MAX: usize = 20;
/// Where whoever a clerk signs up met the brand.
const TOUCH_POINT: &str = "store";

/// What somebody says of themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignUp {
    pub phone: String,
    pub name: Option<String>,
    /// Purposes of the register that the person agrees to.
    pub purposes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp {
    /// None where the person is known already, in a store that the clerk does not see.
    pub customer: Option<CustomerNumber>,
    /// The person was known before: nothing was written.
    pub was_known: bool,
}

pub async fn sign_up(
    app: &App,
    actor: &Actor,
    new: &NewSignUp,
    once: &Once<'_, SignedUp>,
) -> Result<SignedUp, ClerkError> {
    require(actor, Right::SignUpsWrite)?;
    let (identifier, name) = checked(new)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<ClerkError>(app, &mut tx).await?;
    let clerk = table::of_user(&mut tx, actor.id()).await?.ok_or(ClerkError::NoClerk)?;
    let store = table::assignments_of(&mut tx, &clerk.id).await?.pop().filter(|last| last.to.is_none());
    let store = stores::get(&mut tx, &store.ok_or(ClerkError::NoStore)?.place_id).await?.ok_or(ClerkError::NoStore)?;
    let words = agreed(&mut tx, &new.purposes).await?;
    let words = words.ok_or_else(|| ClerkError::field("purposes", "purposes of the register"))?;
    if let Some(known) = owner_of(&mut tx, &identifier).await? {
        let customer = whole(&mut tx, known).await?.customer;
        let is_seen = customers::get(&mut tx, actor.scope(), i64::from(customer.0)).await?.is_some();
        let signed_up = SignedUp { customer: is_seen.then_some(customer), was_known: true };
        once.keep(&mut tx, &signed_up).await?;
        tx.commit().await?;
        return Ok(signed_up);
    }
    let id = new_id(app.random.as_ref(), "sgn", now);
    let said = SignUpWords { clerk_id: clerk.id.clone(), place: store.number };
    let fact = by_hand::fact_of(Said {
        id: &id,
        event: SIGN_UP_EVENT,
        identifier: identifier.clone(),
        traits: name.map(|value| Trait { name: pipeline::NAME.to_owned(), value }).into_iter().collect(),
        properties: serde_json::to_value(&said).unwrap_or_default(),
        consents: words,
        touch_point: Some(TOUCH_POINT),
        at: now,
        now,
    });
    by_hand::accept(&mut tx, &id, vec![fact], now).await?;
    let detail = json!({ "clerk": clerk.id, "store": store.id });
    audit::append(app, &mut tx, actor, "customer.signed_up", &id, detail).await?;
    once.keep(&mut tx, &SignedUp { customer: None, was_known: false }).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    let customer = owner_of(&mut app.store.read().await?, &identifier).await?;
    Ok(SignedUp { customer, was_known: false })
}

fn checked(new: &NewSignUp) -> Result<(Identifier, Option<String>), ClerkError> {
    let identifier = Identifier::normalise(IdentifierType::Phone, &new.phone);
    let identifier = identifier.map_err(|_| ClerkError::field("phone", "a phone number"))?;
    let name = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let checked = name.map(|name| check_name(name).ok_or_else(|| ClerkError::field("name", "1 to 100 characters")));
    if new.purposes.len() > PURPOSES_MAX {
        return Err(ClerkError::field("purposes", "at most 20"));
    }
    Ok((identifier, checked.transpose()?))
}

async fn owner_of(tx: &mut ReadTx<'_>, identifier: &Identifier) -> Result<Option<CustomerNumber>, ClerkError> {
    let owners = identity::owners(tx, &[(identifier.kind.code(), identifier.value.as_str())]).await?;
    Ok(owners.into_values().next().map(|owner| CustomerNumber(owner.customer_number)))
}
