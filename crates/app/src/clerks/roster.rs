//! The roster of a staff system: whoever is missing becomes a clerk, whoever works elsewhere is moved, and who stands as it says is
//! left alone, so that it can be told again and again.
//!
//! Each entry is a commit of its own: what cannot be done is told, and the others are done. Who is not in it stays where they
//! are: a roster of one region says nothing of the others.

use super::change::{checked_from, create_in_tx, move_in_tx};
use super::error::ClerkError;
use crate::App;
use crate::access::{Actor, add_user, require};
use perennial_domain::access::{Right, Role};
use perennial_domain::settings::FieldError;
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::Instant;
use perennial_store::clerks as table;
use perennial_store::{access, stores};
use std::collections::HashMap;

/// Entries of one request.
pub const ROSTER_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    /// Finds the user, and signs in with it.
    pub email: String,
    pub name: String,
    /// The code of a store; none: in no store.
    pub store: Option<String>,
    /// Since when; now where it is absent.
    pub from: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterOutcome {
    Created { clerk_id: String, code: String },
    Moved { clerk_id: String, code: String },
    Unchanged { clerk_id: String, code: String },
    Refused(FieldError),
}

/// What became of each, in their order.
pub async fn put_roster(app: &App, actor: &Actor, entries: &[RosterEntry]) -> Result<Vec<RosterOutcome>, ClerkError> {
    require(actor, Right::AccessManage)?;
    require(actor, Right::StoresManage)?;
    if !(1..=ROSTER_MAX).contains(&entries.len()) {
        return Err(ClerkError::field("clerks", "1 to 500"));
    }
    let places = stores::list(&mut app.store.read().await?).await?.into_iter();
    let stores = places.filter(|place| place.kind == PlaceKind::Store.code());
    let by_code: HashMap<String, String> = stores.filter_map(|store| Some((store.code?, store.id))).collect();
    let mut outcomes = Vec::with_capacity(entries.len());
    for entry in entries {
        let store = entry.store.as_ref().map(|code| by_code.get(code).ok_or("the code of a store, or null"));
        let outcome = match store.transpose() {
            Ok(store) => put_entry(app, actor, entry, store.map(String::as_str)).await,
            Err(allowed) => Err(ClerkError::field("store", allowed)),
        };
        outcomes.push(match outcome {
            Err(ClerkError::Invalid(mut fields)) if !fields.is_empty() => RosterOutcome::Refused(fields.swap_remove(0)),
            other => other?,
        });
    }
    Ok(outcomes)
}

async fn put_entry(
    app: &App,
    actor: &Actor,
    entry: &RosterEntry,
    store: Option<&str>,
) -> Result<RosterOutcome, ClerkError> {
    let from = checked_from(entry.from, app.clock.now())?;
    let mut tx = app.store.write().await?;
    let known = access::user_by_email(&mut tx, &entry.email.trim().to_lowercase()).await?;
    let user = match known {
        Some(user) if user.role != Role::Clerk.code() || user.status != "active" => {
            return Err(ClerkError::field(
                "email",
                "an address of nobody yet, or of an active user with the role clerk",
            ));
        }
        Some(user) => (user.id, user.name),
        None => {
            let added = add_user(app, &mut tx, actor, &entry.email, &entry.name, Role::Clerk).await?;
            added.map_err(|error| ClerkError::Invalid(vec![error]))?
        }
    };
    let outcome = match table::of_user(&mut tx, &user.0).await? {
        None => {
            let row = create_in_tx(app, &mut tx, actor, user, store, from).await?;
            RosterOutcome::Created { clerk_id: row.id, code: row.code }
        }
        Some(clerk) => {
            let times = table::assignments_of(&mut tx, &clerk.id).await?;
            let now_in = times.last().filter(|last| last.to.is_none()).map(|last| last.place_id.as_str());
            if now_in == store {
                RosterOutcome::Unchanged { clerk_id: clerk.id, code: clerk.code }
            } else {
                move_in_tx(app, &mut tx, actor, &clerk.id, store, from).await?;
                RosterOutcome::Moved { clerk_id: clerk.id, code: clerk.code }
            }
        }
    };
    tx.commit().await?;
    Ok(outcome)
}
