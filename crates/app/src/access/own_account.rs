//! What signed-in users change of themselves: password, mail address, name, language.

use super::attempts;
use super::error::{AccessError, FieldProblem};
use super::password;
use super::secret::sha256;
use super::user::{User, check_email, check_name, save};
use crate::App;
use crate::audit;
use perennial_store::access as db;
use serde_json::json;

pub struct PasswordChange {
    pub email: Option<String>,
    pub name: Option<String>,
    /// Needed as soon as there is a password.
    pub current_password: Option<String>,
    pub new_password: String,
}

/// Sets the password, and with it mail address and name. All other sessions of the user end. Guesses of the
/// current password count like failed sign-ins of the account.
pub async fn set_password(app: &App, user_id: &str, cookie: &str, change: PasswordChange) -> Result<User, AccessError> {
    password::check_rules("new_password", &change.new_password)?;
    let email = change.email.as_deref().map(check_email).transpose().map_err(invalid)?;
    let name = change.name.as_deref().map(check_name).transpose().map_err(invalid)?;
    let before = {
        let mut tx = app.store.read().await?;
        db::user_by_id(&mut tx, user_id).await?.ok_or(AccessError::UserNotFound)?
    };
    if before.password_hash.is_some() {
        check_current(app, &before, change.current_password.unwrap_or_default()).await?;
    }
    let hash = password::hash(app.random.as_ref(), change.new_password).await?;

    let mut tx = app.store.write().await?;
    let mut row = db::user_by_id(&mut tx, user_id).await?.ok_or(AccessError::UserNotFound)?;
    if row.password_hash != before.password_hash {
        return Err(wrong_password());
    }
    if let Some(email) = email {
        let other = db::user_by_email(&mut tx, &email).await?;
        if other.is_some_and(|other| other.id != row.id) {
            return Err(AccessError::EmailTaken);
        }
        row.email = email;
    }
    if let Some(name) = name {
        row.name = name;
    }
    row.password_hash = Some(hash);
    save(&mut tx, &row).await?;
    db::delete_other_sessions_of(&mut tx, user_id, &sha256(cookie.as_bytes())).await?;
    db::delete_links_of(&mut tx, user_id).await?;
    let user = User::from_row(&row);
    audit::append(app, &mut tx, &user.named(), "user.password_set", user_id, json!({})).await?;
    tx.commit().await?;
    Ok(user)
}

async fn check_current(app: &App, row: &db::UserRow, given: String) -> Result<(), AccessError> {
    let account = attempts::account_key(&row.email);
    let mut tx = app.store.write().await?;
    attempts::reserve(&mut tx, std::slice::from_ref(&account), app.clock.now()).await?;
    tx.commit().await?;
    if !password::verify(row.password_hash.clone(), given).await? {
        return Err(wrong_password());
    }
    // Whatever becomes of the rest of the request, this was no guess.
    let mut tx = app.store.write().await?;
    attempts::give_back(&mut tx, &account, None).await?;
    tx.commit().await?;
    Ok(())
}

fn wrong_password() -> AccessError {
    AccessError::field("current_password", "wrong", "the password that is set now")
}

fn invalid(problem: FieldProblem) -> AccessError {
    AccessError::Invalid(vec![problem])
}

/// The language that the user wants to read; `None` goes back to the brand's.
pub async fn set_locale(app: &App, user_id: &str, locale: Option<String>) -> Result<User, AccessError> {
    if locale.as_deref().is_some_and(|locale| !matches!(locale, "zh-CN" | "en")) {
        return Err(AccessError::field("locale", "unknown_value", "zh-CN, en or null"));
    }
    let mut tx = app.store.write().await?;
    let mut row = db::user_by_id(&mut tx, user_id).await?.ok_or(AccessError::UserNotFound)?;
    row.locale = locale;
    save(&mut tx, &row).await?;
    let user = User::from_row(&row);
    audit::append(app, &mut tx, &user.named(), "user.preferences_set", user_id, json!({ "locale": row.locale }))
        .await?;
    tx.commit().await?;
    Ok(user)
}
