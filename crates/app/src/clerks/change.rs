//! Making clerks and moving them.

use super::error::ClerkError;
use super::view::{Clerk, clerk_of};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::{Right, Role};
use perennial_domain::clerks::{CODE_LENGTH, code_of};
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::Instant;
use perennial_store::clerks::{self as table, ClerkRow};
use perennial_store::{ReadTx, WriteTx, access, stores};
use serde_json::json;

/// Codes that are drawn until one is free: that the first is not is rare already.
const DRAWS_MAX: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClerk {
    pub user_id: String,
    /// The id of a store; none: in no store yet.
    pub store: Option<String>,
    /// Since when; now where it is absent.
    pub from: Option<Instant>,
}

/// A user becomes a clerk and gets a code.
pub async fn create_clerk(
    app: &App,
    actor: &Actor,
    new: NewClerk,
    once: &Once<'_, Clerk>,
) -> Result<Clerk, ClerkError> {
    require(actor, Right::StoresManage)?;
    let now = app.clock.now();
    let from = checked_from(new.from, now)?;
    let mut tx = app.store.write().await?;
    once.claim::<ClerkError>(app, &mut tx).await?;
    let user = access::user_by_id(&mut tx, &new.user_id).await?;
    let user = user.filter(|user| user.role == Role::Clerk.code());
    let user = user.ok_or_else(|| ClerkError::field("user_id", "the id of a user with the role clerk"))?;
    if table::of_user(&mut tx, &user.id).await?.is_some() {
        return Err(ClerkError::IsClerk);
    }
    let row = create_in_tx(app, &mut tx, actor, (user.id, user.name), new.store.as_deref(), from).await?;
    let clerk = clerk_of(&mut tx, row).await?;
    once.keep(&mut tx, &clerk).await?;
    tx.commit().await?;
    Ok(clerk)
}

/// Of a user, by id and name, who has the role and is no clerk yet.
pub(super) async fn create_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    (user_id, name): (String, String),
    store: Option<&str>,
    from: Instant,
) -> Result<ClerkRow, ClerkError> {
    let number = store_number(tx, store).await?;
    let now = app.clock.now();
    let code = free_code(app, tx).await?;
    let row = ClerkRow { id: new_id(app.random.as_ref(), "clk", now), user_id, name, code, created_at: now };
    table::insert(tx, &row).await?;
    if let Some(number) = number {
        table::assign(tx, &row.id, number, from).await?;
    }
    let detail = json!({ "user": row.user_id, "store": store, "from": from.rfc3339() });
    audit::append(app, tx, actor, "clerk.created", &row.id, detail).await?;
    Ok(row)
}

/// From then on the clerk is in that store, or in none. What was before stays.
pub async fn move_clerk(
    app: &App,
    actor: &Actor,
    id: &str,
    store: Option<&str>,
    from: Option<Instant>,
) -> Result<Clerk, ClerkError> {
    require(actor, Right::StoresManage)?;
    let from = checked_from(from, app.clock.now())?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClerkError::NotFound)?;
    move_in_tx(app, &mut tx, actor, id, store, from).await?;
    let clerk = clerk_of(&mut tx, row).await?;
    tx.commit().await?;
    Ok(clerk)
}

pub(super) async fn move_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    id: &str,
    store: Option<&str>,
    from: Instant,
) -> Result<(), ClerkError> {
    let number = store_number(tx, store).await?;
    let before = table::assignments_of(tx, id).await?;
    let last = before.last();
    let is_later = last.is_none_or(|last| from >= last.to.unwrap_or(last.from) && from > last.from);
    if !is_later {
        return Err(ClerkError::field("from", "an instant behind the begin of the clerk's last time in a store"));
    }
    if last.is_some_and(|last| last.to.is_none()) {
        table::leave(tx, id, from).await?;
    }
    if let Some(number) = number {
        table::assign(tx, id, number, from).await?;
    }
    let was = last.filter(|last| last.to.is_none()).map(|last| last.place_id.as_str());
    let detail = json!({ "store": { "from": was, "to": store }, "from": from.rfc3339() });
    audit::append(app, tx, actor, "clerk.moved", id, detail).await?;
    Ok(())
}

pub(super) fn checked_from(from: Option<Instant>, now: Instant) -> Result<Instant, ClerkError> {
    let from = from.unwrap_or(now);
    if from > now { Err(ClerkError::field("from", "an instant that is over")) } else { Ok(from) }
}

async fn store_number(tx: &mut ReadTx<'_>, id: Option<&str>) -> Result<Option<i64>, ClerkError> {
    let Some(id) = id else { return Ok(None) };
    let row = stores::get(tx, id).await?.filter(|row| row.kind == PlaceKind::Store.code());
    Ok(Some(row.ok_or_else(|| ClerkError::field("store", "the id of a store, or null"))?.number))
}

async fn free_code(app: &App, tx: &mut ReadTx<'_>) -> Result<String, ClerkError> {
    let mut code = String::new();
    for _ in 0..DRAWS_MAX {
        let mut bytes = [0u8; CODE_LENGTH];
        app.random.fill(&mut bytes);
        code = code_of(bytes);
        if table::by_codes(tx, std::slice::from_ref(&code)).await?.is_empty() {
            break;
        }
    }
    // Where all were taken, the table refuses the last one.
    Ok(code)
}
