//! Users: list, invite, change. The last active administrator stays one; a disabled user's tokens end too, and
//! somebody else is to look after their tickets.

use super::actor::{Actor, require};
use super::error::{AccessError, FieldProblem};
use super::idempotency::Once;
use super::link::{invitation_expires_at, new_link};
use super::token::revoke_tokens_made_by;
use crate::App;
use crate::audit;
use crate::random::new_id;
use crate::tickets;
use perennial_domain::access::{Right, Role};
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_store::access as db;
use perennial_store::{Scope, StoreError, WriteTx};
use serde_json::json;

const NAME_CHARACTERS_MAX: usize = 100;
const EMAIL_BYTES_MAX: usize = 254;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    Active,
    Disabled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub status: UserStatus,
    pub locale: Option<String>,
    pub has_password: bool,
    pub last_sign_in_at: Option<Instant>,
    pub created_at: Instant,
}

pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: String,
}

/// `None` leaves a field as it is.
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<String>,
    pub status: Option<String>,
}

impl UserStatus {
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.code() == code)
    }
}

impl User {
    pub(super) fn from_row(row: &db::UserRow) -> Self {
        Self {
            id: row.id.clone(),
            email: row.email.clone(),
            name: row.name.clone(),
            // A role of a later version means no rights here, until this program is that version.
            role: Role::parse(&row.role).unwrap_or(Role::Service),
            status: UserStatus::parse(&row.status).unwrap_or(UserStatus::Disabled),
            locale: row.locale.clone(),
            has_password: row.password_hash.is_some(),
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
        }
    }

    /// Who sees so much.
    pub fn actor(&self, scope: Scope) -> Actor {
        Actor::User { id: self.id.clone(), name: self.name.clone(), role: self.role, scope }
    }

    /// For the audit log, where it does not matter whom somebody sees.
    pub(super) fn named(&self) -> Actor {
        self.actor(Scope::Nobody)
    }

    fn is_active_administrator(&self) -> bool {
        self.role == Role::Administrator && self.status == UserStatus::Active
    }
}

pub async fn list_users(app: &App, actor: &Actor) -> Result<Vec<User>, AccessError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.read().await?;
    let rows = db::users(&mut tx).await?;
    Ok(rows.iter().map(User::from_row).collect())
}

/// Whether somebody may look after customers: they can sign in, and may write about them.
pub(crate) fn may_look_after(user: &db::UserRow) -> bool {
    user.status == UserStatus::Active.code()
        && Role::parse(&user.role).is_some_and(|role| role.has(Right::CustomersWrite))
}

/// Creates a user without a password and the link by which the new user sets one.
pub async fn create_user(
    app: &App,
    actor: &Actor,
    new: NewUser,
    once: &Once<'_, User>,
) -> Result<(User, String), AccessError> {
    require(actor, Right::AccessManage)?;
    let mut problems = Vec::new();
    let email = check_email(&new.email).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let name = check_name(&new.name).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let role = check_role(&new.role).map_err(|problem| problems.push(problem)).unwrap_or(Role::Clerk);
    if !problems.is_empty() {
        return Err(AccessError::Invalid(problems));
    }
    let now = app.clock.now();
    let row = new_row(app, email, name, role, now);
    let mut tx = app.store.write().await?;
    once.claim::<AccessError>(app, &mut tx).await?;
    if db::user_by_email(&mut tx, &row.email).await?.is_some() {
        return Err(AccessError::EmailTaken);
    }
    db::insert_user(&mut tx, &row).await?;
    let link = new_link(app, &mut tx, &row.id, invitation_expires_at(now)).await?;
    audit::append(app, &mut tx, actor, "user.created", &row.id, json!({ "role": role.code() })).await?;
    let user = User::from_row(&row);
    once.keep(&mut tx, &user).await?;
    tx.commit().await?;
    Ok((user, link))
}

/// Adds a user without a password and without a link, which an administrator makes when it is wanted: id and name, or what of
/// the two texts cannot be accepted. The address is nobody's yet.
pub(crate) async fn add_user(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    email: &str,
    name: &str,
    role: Role,
) -> Result<Result<(String, String), FieldError>, StoreError> {
    let Ok(email) = check_email(email) else {
        return Ok(Err(FieldError { field: "email", allowed: "a mail address such as ann@example.com" }));
    };
    let Ok(name) = check_name(name) else {
        return Ok(Err(FieldError { field: "name", allowed: "1 to 100 characters" }));
    };
    let row = new_row(app, email, name, role, app.clock.now());
    db::insert_user(tx, &row).await?;
    audit::append(app, tx, actor, "user.created", &row.id, json!({ "role": role.code() })).await?;
    Ok(Ok((row.id, row.name)))
}

pub(super) fn new_row(app: &App, email: String, name: String, role: Role, now: Instant) -> db::UserRow {
    db::UserRow {
        id: new_id(app.random.as_ref(), "usr", now),
        email,
        name,
        role: role.code().to_owned(),
        status: UserStatus::Active.code().to_owned(),
        password_hash: None,
        locale: None,
        created_at: now,
        last_sign_in_at: None,
        version: 1,
    }
}

pub async fn update_user(app: &App, actor: &Actor, id: &str, change: UserChange) -> Result<User, AccessError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.write().await?;
    let mut row = db::user_by_id(&mut tx, id).await?.ok_or(AccessError::UserNotFound)?;
    let before = User::from_row(&row);
    apply_change(&mut row, change)?;
    let after = User::from_row(&row);
    if before == after {
        return Ok(after);
    }
    save(&mut tx, &row).await?;
    // Counted after the write and inside its transaction, so that two administrators who step down at
    // the same time cannot both succeed.
    let steps_down = before.is_active_administrator() && !after.is_active_administrator();
    if steps_down && db::count_active_administrators(&mut tx).await? == 0 {
        return Err(AccessError::LastAdministrator);
    }
    if after.status == UserStatus::Disabled {
        db::delete_sessions_of(&mut tx, id).await?;
        db::delete_links_of(&mut tx, id).await?;
    }
    audit::append(app, &mut tx, actor, "user.updated", id, difference(&before, &after)).await?;
    if after.status == UserStatus::Disabled {
        revoke_tokens_made_by(app, &mut tx, actor, id).await?;
    }
    if after.status == UserStatus::Disabled || !after.role.has(Right::CustomersWrite) {
        tickets::give_back_all(app, &mut tx, actor, id).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// Writes a changed row, if nobody was faster since it was read.
pub(super) async fn save(tx: &mut WriteTx<'_>, row: &db::UserRow) -> Result<(), AccessError> {
    match db::update_user(tx, row).await {
        Err(StoreError::RowsAffected { .. }) => Err(AccessError::ChangedMeanwhile),
        other => Ok(other?),
    }
}

fn apply_change(row: &mut db::UserRow, change: UserChange) -> Result<(), AccessError> {
    let mut problems = Vec::new();
    if let Some(name) = change.name {
        match check_name(&name) {
            Ok(name) => row.name = name,
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(role) = change.role {
        match check_role(&role) {
            Ok(role) => row.role = role.code().to_owned(),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(status) = change.status {
        match UserStatus::parse(&status) {
            Some(status) => row.status = status.code().to_owned(),
            None => problems.push(FieldProblem::new("status", "unknown_value", "active, disabled")),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(AccessError::Invalid(problems)) }
}

/// What changed, without names or mail addresses: the audit log is kept longer than a user wants to be known.
fn difference(before: &User, after: &User) -> serde_json::Value {
    let mut detail = serde_json::Map::new();
    if before.name != after.name {
        detail.insert("name_changed".to_owned(), json!(true));
    }
    if before.role != after.role {
        detail.insert("role".to_owned(), json!({ "from": before.role.code(), "to": after.role.code() }));
    }
    if before.status != after.status {
        detail.insert("status".to_owned(), json!({ "from": before.status.code(), "to": after.status.code() }));
    }
    serde_json::Value::Object(detail)
}

pub(super) fn check_email(email: &str) -> Result<String, FieldProblem> {
    let folded = email.trim().to_lowercase();
    let mail_like = folded.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    let odd = folded.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if mail_like && !odd && folded.len() <= EMAIL_BYTES_MAX {
        return Ok(folded);
    }
    Err(FieldProblem::new("email", "malformed", "a mail address such as ann@example.com"))
}

pub(super) fn check_name(name: &str) -> Result<String, FieldProblem> {
    let trimmed = name.trim();
    let fits = (1..=NAME_CHARACTERS_MAX).contains(&trimmed.chars().count()) && !trimmed.contains(char::is_control);
    if fits { Ok(trimmed.to_owned()) } else { Err(FieldProblem::new("name", "out_of_range", "1 to 100 characters")) }
}

pub(super) fn check_role(code: &str) -> Result<Role, FieldProblem> {
    Role::parse(code).ok_or_else(|| FieldProblem::new("role", "unknown_value", Role::ALL.map(Role::code).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_a_mail_address_and_a_name() {
        assert_eq!(check_email(" Ann@Example.COM ").unwrap(), "ann@example.com");
        for email in ["ann", "@b.c", "a b@c.d", "a@b", "a@@b.c", "a@b.c\u{7}"] {
            assert!(check_email(email).is_err(), "{email}");
        }
        assert_eq!(check_name(" Ann ").unwrap(), "Ann");
        assert!(check_name(" ").is_err());
        assert!(check_role("king").is_err());
    }
}
