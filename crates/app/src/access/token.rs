//! API tokens: `pat_` and 43 characters, shown once, stored as a hash, with a role of their own.

use super::actor::{Actor, require};
use super::error::{AccessError, FieldProblem};
use super::idempotency::Once;
use super::last_seen;
use super::secret::{new_secret, sha256};
use super::user::{check_name, check_role};
use crate::App;
use crate::audit;
use crate::random::new_id;
use perennial_domain::access::{Right, Role};
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::access as db;
use perennial_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;
use std::collections::HashMap;

pub(super) const TOKEN_PREFIX: &str = "pat_";
const EXPIRES_IN_DAYS_MAX: u32 = 3_650;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub created_by: TokenMaker,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
    pub expires_at: Option<Instant>,
}

/// Who made a token. It ends when its maker is disabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMaker {
    /// `user`, `token` or `system`, as in the audit log.
    pub kind: &'static str,
    pub id: String,
    /// The id again where the maker is gone.
    pub name: String,
}

pub struct NewToken {
    pub name: String,
    pub role: String,
    /// `None`: until it is revoked.
    pub expires_in_days: Option<u32>,
}

impl Token {
    fn from_row(row: &db::TokenRow, created_by: TokenMaker) -> Self {
        Self {
            id: row.id.clone(),
            name: row.name.clone(),
            role: role_of(row),
            created_by,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        }
    }
}

fn role_of(row: &db::TokenRow) -> Role {
    Role::parse(&row.role).unwrap_or(Role::Service)
}

/// Tokens that were not revoked, also those that have expired.
pub async fn list_tokens(app: &App, actor: &Actor) -> Result<Vec<Token>, AccessError> {
    require(actor, Right::AccessManage)?;
    let mut tx = app.store.read().await?;
    let rows = db::tokens(&mut tx).await?;
    let makers = makers(&mut tx, &rows).await?;
    let maker_of = |row: &db::TokenRow| {
        let found = makers.get(&row.created_by).cloned();
        found.unwrap_or_else(|| unknown_maker(&row.created_by))
    };
    Ok(rows.iter().map(|row| Token::from_row(row, maker_of(row))).collect())
}

/// Users and tokens by id, as makers of tokens.
async fn makers(tx: &mut ReadTx<'_>, tokens: &[db::TokenRow]) -> Result<HashMap<String, TokenMaker>, StoreError> {
    let users = db::users(tx).await?.into_iter().map(|user| ("user", user.id, user.name));
    let tokens = tokens.iter().map(|token| ("token", token.id.clone(), token.name.clone()));
    let makers = users.chain(tokens).map(|(kind, id, name)| (id.clone(), TokenMaker { kind, id, name }));
    Ok(makers.collect())
}

/// A token that was revoked, or the program itself.
fn unknown_maker(id: &str) -> TokenMaker {
    let kind = if id.starts_with("tok_") { "token" } else { "system" };
    TokenMaker { kind, id: id.to_owned(), name: id.to_owned() }
}

/// Creates a token; the second value is the secret, which nobody can read again.
pub async fn create_token(
    app: &App,
    actor: &Actor,
    new: NewToken,
    once: &Once<'_, Token>,
) -> Result<(Token, String), AccessError> {
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
    once.claim::<AccessError>(app, &mut tx).await?;
    db::insert_token(&mut tx, &row).await?;
    let detail = json!({ "role": role.code(), "expires_in_days": new.expires_in_days });
    audit::append(app, &mut tx, actor, "token.created", &row.id, detail).await?;
    let maker = TokenMaker { kind: actor.kind(), id: actor.id().to_owned(), name: actor.name().to_owned() };
    let token = Token::from_row(&row, maker);
    once.keep(&mut tx, &token).await?;
    tx.commit().await?;
    Ok((token, secret))
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

/// Revokes what a user who is disabled has made, also by way of other tokens.
pub(super) async fn revoke_tokens_made_by(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    user_id: &str,
) -> Result<(), AccessError> {
    for id in db::revoke_tokens_made_by(tx, user_id, app.clock.now()).await? {
        let detail = json!({ "because": "user_disabled", "user": user_id });
        audit::append(app, tx, actor, "token.revoked", &id, detail).await?;
    }
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
    if last_seen::is_due(row.last_used_at, now) {
        last_seen::note_token(app, &row.id, now).await;
    }
    let role = role_of(&row);
    Ok(Some(Actor::Token { id: row.id, name: row.name, role }))
}
