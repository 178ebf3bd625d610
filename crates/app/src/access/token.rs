//! API tokens: `pat_` and 43 characters, shown once, stored as a hash, with a role of their own.

use super::actor::{Actor, require};
use super::error::{AccessError, FieldProblem};
use super::secret::{new_secret, sha256};
use super::user::{check_name, check_role};
use crate::App;
use crate::audit;
use crate::random::new_id;
use perennial_domain::access::{Right, Role};
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_store::access as db;
use serde_json::json;

pub(super) const TOKEN_PREFIX: &str = "pat_";
const EXPIRES_IN_DAYS_MAX: u32 = 3_650;
/// "Last used" is not written more often than this.
const TOUCH_INTERVAL_MICROS: i64 = 15 * 60 * MICROS_PER_SECOND;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
    pub expires_at: Option<Instant>,
}

pub struct NewToken {
    pub name: String,
    pub role: String,
    /// `None`: until it is revoked.
    pub expires_in_days: Option<u32>,
}

impl Token {
    fn from_row(row: &db::TokenRow) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            role: Role::parse(&row.role).unwrap_or(Role::Service),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        }
    }
}

/// Tokens that were not revoked, also those that have expired.
pub async fn list_tokens(app: &App, actor: &Actor) -> Result<Vec<Token>, AccessError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.read().await?;
    let rows = db::tokens(&mut tx).await?;
    Ok(rows.iter().map(Token::from_row).collect())
}

/// Creates a token; the second value is the secret, which nobody can read again.
pub async fn create_token(app: &App, actor: &Actor, new: NewToken) -> Result<(Token, String), AccessError> {
    require(actor, Right::AccessManage)?;
    let mut problems = Vec::new();
    let name = check_name(&new.name).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let role = check_role(&new.role).map_err(|problem| problems.push(problem)).unwrap_or(Role::Service);
    if new.expires_in_days.is_some_and(|days| !(1..=EXPIRES_IN_DAYS_MAX).contains(&days)) {
        problems.push(FieldProblem::new("expires_in_days", "out_of_range", "1 to 3650, or null"));
    }
    if !problems.is_empty() {
        return Err(AccessError::Invalid(problems));
    }
    let now = app.clock.now();
    let secret = format!("{TOKEN_PREFIX}{}", new_secret(app.random.as_ref()));
    let row = db::TokenRow {
        id: new_id(app.random.as_ref(), "tok", now),
        token_hash: sha256(secret.as_bytes()),
        name,
        role: role.code().to_owned(),
        created_by: actor.id().to_owned(),
        created_at: now,
        expires_at: new.expires_in_days.map(|days| Instant(now.0 + i64::from(days) * MICROS_PER_DAY)),
        last_used_at: None,
        revoked_at: None,
    };
    let mut tx = app.store.write().await?;
    db::insert_token(&mut tx, &row).await?;
    let detail = json!({ "role": role.code(), "expires_in_days": new.expires_in_days });
    audit::append(app, &mut tx, actor, "token.created", &row.id, detail).await?;
    tx.commit().await?;
    Ok((Token::from_row(&row), secret))
}

pub async fn revoke_token(app: &App, actor: &Actor, id: &str) -> Result<(), AccessError> {
    require(actor, Right::AccessManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    if !db::revoke_token(&mut tx, id, now).await? {
        return Err(AccessError::TokenNotFound);
    }
    audit::append(app, &mut tx, actor, "token.revoked", id, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// The actor behind a bearer token; `None` where it is unknown, revoked or expired.
pub async fn authenticate_token(app: &App, secret: &str) -> Result<Option<Actor>, AccessError> {
    if !secret.starts_with(TOKEN_PREFIX) {
        return Ok(None);
    }
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let Some(row) = db::token_by_hash(&mut tx, &sha256(secret.as_bytes())).await? else {
        return Ok(None);
    };
    drop(tx);
    if row.revoked_at.is_some() || row.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Ok(None);
    }
    if row.last_used_at.is_none_or(|last| now.0 - last.0 > TOUCH_INTERVAL_MICROS) {
        let mut tx = app.store.write().await?;
        db::touch_token(&mut tx, &row.id, now).await?;
        tx.commit().await?;
    }
    let token = Token::from_row(&row);
    Ok(Some(Actor::Token { id: token.id, name: token.name, role: token.role }))
}
