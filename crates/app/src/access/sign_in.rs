//! Sign-in by mail address and password.

use super::attempts;
use super::error::AccessError;
use super::password;
use super::session::{SignedIn, StartedSession, start_session};
use super::user::{User, UserStatus};
use crate::App;
use crate::audit;
use perennial_store::access as db;
use perennial_store::stores;
use serde_json::json;

/// `address` is where the request comes from, as far as the caller knows it.
pub async fn sign_in(
    app: &App,
    email: &str,
    password: String,
    address: Option<&str>,
) -> Result<StartedSession, AccessError> {
    let folded = email.trim().to_lowercase();
    let account_key = attempts::account_key(&folded);
    let address_key = attempts::address_key(address);
    let keys: Vec<String> = [Some(account_key.clone()), address_key.clone()].into_iter().flatten().collect();

    let mut tx = app.store.write().await?;
    attempts::reserve(&mut tx, &keys, app.clock.now()).await?;
    let row = db::user_by_email(&mut tx, &folded).await?;
    tx.commit().await?;

    // No transaction is open while the hash is worked out.
    let stored = row.as_ref().and_then(|row| row.password_hash.clone());
    let matches = password::verify(stored.clone(), password).await?;
    let user = row.as_ref().map(User::from_row).filter(|user| matches && user.status == UserStatus::Active);
    let Some(user) = user else {
        return Err(AccessError::InvalidCredentials);
    };

    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    // The account may have been disabled, or its password changed, while the hash was worked out.
    let current = db::user_by_id(&mut tx, &user.id).await?;
    let unchanged =
        current.is_some_and(|row| row.password_hash == stored && User::from_row(&row).status == UserStatus::Active);
    if !unchanged {
        return Err(AccessError::InvalidCredentials);
    }
    attempts::give_back(&mut tx, &account_key, address_key.as_deref()).await?;
    let (cookie, csrf_token) = start_session(app, &mut tx, &user.id, now).await?;
    audit::append(app, &mut tx, &user.named(), "user.signed_in", &user.id, json!({})).await?;
    let scope = stores::seen_by(&mut tx, &user.id).await?;
    tx.commit().await?;
    Ok(StartedSession { cookie, signed_in: SignedIn { user, csrf_token, scope } })
}
