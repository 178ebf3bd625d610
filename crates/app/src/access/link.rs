//! One-time sign-in links: at the first start, for every invited user, and for those who lost their password.
//!
//! The link is the only way in for a user without a password, so it is handed to a person, never
//! logged. It works once and for a limited time; a new link for a user replaces the former ones.
//!
//! Whoever comes in by a link sets a new password: a former one is forgotten, and all other sessions of the user
//! end, so that nobody else can be faster. Until the link is used, the former password works.

use super::actor::{Actor, require};
use super::error::AccessError;
use super::idempotency::Once;
use super::secret::{new_secret, sha256};
use super::session::{SignedIn, StartedSession, start_session};
use super::user::{User, UserStatus, new_row, save};
use crate::App;
use crate::audit;
use perennial_domain::access::{Right, Role};
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_store::access as db;
use perennial_store::{WriteTx, stores};
use serde_json::json;

/// A day: the link of the first start is on the screen of whoever starts the program; a later start makes a new one.
pub const FIRST_LINK_LIFETIME_HOURS: i64 = 24;
/// A week: an invitation travels by mail and waits over a weekend.
pub const INVITATION_LIFETIME_DAYS: i64 = 7;

/// The mail address that the first administrator has until the own one is set.
const PLACEHOLDER_EMAIL: &str = "administrator@localhost.invalid";

/// At start: the token of a link for the first administrator, or `None` where an active administrator
/// can sign in already. Until somebody has set a password every start makes a new link.
pub async fn issue_first_link(app: &App) -> Result<Option<String>, AccessError> {
    let now = app.clock.now();
    let system = Actor::System("first_start");
    let mut tx = app.store.write().await?;
    let users = db::users(&mut tx).await?;
    let administrators = || users.iter().map(User::from_row).filter(|user| user.role == Role::Administrator);
    if administrators().any(|user| user.status == UserStatus::Active && user.has_password) {
        return Ok(None);
    }
    let known = administrators().find(|user| user.status == UserStatus::Active);
    let user_id = match known {
        Some(user) => user.id,
        None => {
            let row = new_row(app, PLACEHOLDER_EMAIL.to_owned(), "Administrator".to_owned(), Role::Administrator, now);
            db::insert_user(&mut tx, &row).await?;
            audit::append(app, &mut tx, &system, "user.created", &row.id, json!({ "role": row.role })).await?;
            row.id
        }
    };
    let expires_at = Instant(now.0 + FIRST_LINK_LIFETIME_HOURS * 3_600 * MICROS_PER_SECOND);
    let token = new_link(app, &mut tx, &user_id, expires_at).await?;
    audit::append(app, &mut tx, &system, "sign_in_link.created", &user_id, json!({})).await?;
    tx.commit().await?;
    Ok(Some(token))
}

pub(super) fn invitation_expires_at(now: Instant) -> Instant {
    Instant(now.0 + INVITATION_LIFETIME_DAYS * MICROS_PER_DAY)
}

/// A new link for a user who lost the former one, or the password.
pub async fn renew_link(app: &App, actor: &Actor, user_id: &str, once: &Once<'_, ()>) -> Result<String, AccessError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.write().await?;
    once.claim::<AccessError>(app, &mut tx).await?;
    let row = db::user_by_id(&mut tx, user_id).await?.ok_or(AccessError::UserNotFound)?;
    let token = renewed(app, &mut tx, actor, &row).await?;
    once.keep(&mut tx, &()).await?;
    tx.commit().await?;
    Ok(token)
}

/// For whoever holds the data folder: a link for the user of this mail address; `None` where there is none.
pub async fn issue_link_for(app: &App, email: &str) -> Result<Option<String>, AccessError> {
    let mut tx = app.store.write().await?;
    let Some(row) = db::user_by_email(&mut tx, &email.trim().to_lowercase()).await? else {
        return Ok(None);
    };
    let token = renewed(app, &mut tx, &Actor::System("cli"), &row).await?;
    tx.commit().await?;
    Ok(Some(token))
}

async fn renewed(app: &App, tx: &mut WriteTx<'_>, actor: &Actor, row: &db::UserRow) -> Result<String, AccessError> {
    if User::from_row(row).status != UserStatus::Active {
        return Err(AccessError::UserDisabled);
    }
    let token = new_link(app, tx, &row.id, invitation_expires_at(app.clock.now())).await?;
    audit::append(app, tx, actor, "sign_in_link.created", &row.id, json!({})).await?;
    Ok(token)
}

pub(super) async fn new_link(
    app: &App,
    tx: &mut WriteTx<'_>,
    user_id: &str,
    expires_at: Instant,
) -> Result<String, AccessError> {
    let token = new_secret(app.random.as_ref());
    db::delete_links_of(tx, user_id).await?;
    let row =
        db::LinkRow { token_hash: sha256(token.as_bytes()), user_id: user_id.to_owned(), expires_at, used_at: None };
    db::insert_link(tx, &row).await?;
    Ok(token)
}

/// Signs in by a link and uses it up. The user has no password then.
pub async fn redeem_link(app: &App, token: &str) -> Result<StartedSession, AccessError> {
    let now = app.clock.now();
    let hash = sha256(token.as_bytes());
    let mut tx = app.store.write().await?;
    let link = db::link(&mut tx, &hash).await?.ok_or(AccessError::LinkInvalid)?;
    if link.used_at.is_some() || link.expires_at <= now {
        return Err(AccessError::LinkInvalid);
    }
    let mut row = db::user_by_id(&mut tx, &link.user_id).await?.ok_or(AccessError::LinkInvalid)?;
    let active = User::from_row(&row).status == UserStatus::Active;
    if !active || !db::use_link(&mut tx, &hash, now).await? {
        return Err(AccessError::LinkInvalid);
    }
    let had_password = row.password_hash.take().is_some();
    if had_password {
        save(&mut tx, &row).await?;
    }
    let user = User::from_row(&row);
    db::delete_sessions_of(&mut tx, &user.id).await?;
    let (cookie, csrf_token) = start_session(app, &mut tx, &user.id, now).await?;
    let detail = json!({ "password_removed": had_password });
    audit::append(app, &mut tx, &user.named(), "user.signed_in_by_link", &user.id, detail).await?;
    let scope = stores::seen_by(&mut tx, &user.id).await?;
    tx.commit().await?;
    Ok(StartedSession { cookie, signed_in: SignedIn { user, csrf_token, scope } })
}
