//! Users, their sessions and one-time links, tokens of programs, and counters of failed sign-ins.
//!
//! Tables: `users`, `sign_in_links`, `sessions`, `api_tokens`, `sign_in_attempts`. Invariants: secrets are stored
//! as hashes only; an e-mail address (folded by the caller) belongs to one user; a user is changed by version,
//! so that two changes at once cannot overwrite each other; a link is used once.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    /// `active` or `disabled`.
    pub status: String,
    pub password_hash: Option<String>,
    pub locale: Option<String>,
    pub created_at: Instant,
    pub last_sign_in_at: Option<Instant>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    pub token_hash: Vec<u8>,
    pub user_id: String,
    pub expires_at: Instant,
    pub used_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub token_hash: Vec<u8>,
    pub user_id: String,
    pub csrf_token: String,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub expires_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    pub id: String,
    pub token_hash: Vec<u8>,
    pub name: String,
    pub role: String,
    pub created_by: String,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptsRow {
    /// An account or an address.
    pub key: String,
    pub failures: i64,
    pub window_started_at: Instant,
}

pub async fn insert_user(tx: &mut WriteTx<'_>, user: &UserRow) -> Result<()> {
    let binds = vec![
        (&user.id).into(),
        (&user.email).into(),
        (&user.name).into(),
        (&user.role).into(),
        (&user.status).into(),
        (&user.password_hash).into(),
        (&user.locale).into(),
        user.created_at.into(),
        user.last_sign_in_at.into(),
        user.version.into(),
    ];
    exec::execute_exactly(tx, 1, "access.insert_user", binds).await
}

pub async fn user_by_id(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<UserRow>> {
    exec::optional(tx, "access.user_by_id", vec![id.into()], read_user).await
}

pub async fn user_by_email(tx: &mut ReadTx<'_>, email: &str) -> Result<Option<UserRow>> {
    exec::optional(tx, "access.user_by_email", vec![email.into()], read_user).await
}

/// All of them, oldest first.
pub async fn users(tx: &mut ReadTx<'_>) -> Result<Vec<UserRow>> {
    exec::all(tx, "access.users", vec![], read_user).await
}

/// Replaces what can be changed of the user, if `user.version` is still the stored one, and raises the version.
pub async fn update_user(tx: &mut WriteTx<'_>, user: &UserRow) -> Result<()> {
    let binds = vec![
        (&user.id).into(),
        user.version.into(),
        (&user.email).into(),
        (&user.name).into(),
        (&user.role).into(),
        (&user.status).into(),
        (&user.password_hash).into(),
        (&user.locale).into(),
    ];
    exec::execute_exactly(tx, 1, "access.update_user", binds).await
}

pub async fn note_sign_in(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "access.note_sign_in", vec![id.into(), at.into()]).await
}

/// Counts and, on PostgreSQL, locks them until the end of the transaction.
pub async fn count_active_administrators(tx: &mut WriteTx<'_>) -> Result<u64> {
    exec::execute(tx, "access.count_active_administrators", vec![]).await
}

pub async fn insert_link(tx: &mut WriteTx<'_>, link: &LinkRow) -> Result<()> {
    let binds =
        vec![link.token_hash.as_slice().into(), (&link.user_id).into(), link.expires_at.into(), link.used_at.into()];
    exec::execute_exactly(tx, 1, "access.insert_link", binds).await
}

pub async fn link(tx: &mut ReadTx<'_>, token_hash: &[u8]) -> Result<Option<LinkRow>> {
    exec::optional(tx, "access.link", vec![token_hash.into()], |row| {
        Ok(LinkRow {
            token_hash: row.bytes(0)?,
            user_id: row.text(1)?,
            expires_at: row.instant(2)?,
            used_at: row.opt_instant(3)?,
        })
    })
    .await
}

/// `false` where the link was used, has expired or never was.
pub async fn use_link(tx: &mut WriteTx<'_>, token_hash: &[u8], at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "access.use_link", vec![token_hash.into(), at.into()]).await? == 1)
}

/// Returns how many there were.
pub async fn delete_links_of(tx: &mut WriteTx<'_>, user_id: &str) -> Result<u64> {
    exec::execute(tx, "access.delete_links_of", vec![user_id.into()]).await
}

pub async fn insert_session(tx: &mut WriteTx<'_>, session: &SessionRow) -> Result<()> {
    let binds = vec![
        session.token_hash.as_slice().into(),
        (&session.user_id).into(),
        (&session.csrf_token).into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.expires_at.into(),
    ];
    exec::execute_exactly(tx, 1, "access.insert_session", binds).await
}

/// Also one that has expired: the caller decides.
pub async fn session(tx: &mut ReadTx<'_>, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    exec::optional(tx, "access.session", vec![token_hash.into()], |row| {
        Ok(SessionRow {
            token_hash: row.bytes(0)?,
            user_id: row.text(1)?,
            csrf_token: row.text(2)?,
            created_at: row.instant(3)?,
            last_seen_at: row.instant(4)?,
            expires_at: row.instant(5)?,
        })
    })
    .await
}

/// A session that ended meanwhile stays ended, without an error.
pub async fn touch_session(tx: &mut WriteTx<'_>, token_hash: &[u8], at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "access.touch_session", vec![token_hash.into(), at.into()]).await? == 1)
}

/// `false` where there is none.
pub async fn delete_session(tx: &mut WriteTx<'_>, token_hash: &[u8]) -> Result<bool> {
    Ok(exec::execute(tx, "access.delete_session", vec![token_hash.into()]).await? == 1)
}

/// Returns how many there were.
pub async fn delete_sessions_of(tx: &mut WriteTx<'_>, user_id: &str) -> Result<u64> {
    exec::execute(tx, "access.delete_sessions_of", vec![user_id.into()]).await
}

/// All of the user's sessions but the one with this hash; returns how many there were.
pub async fn delete_other_sessions_of(tx: &mut WriteTx<'_>, user_id: &str, token_hash: &[u8]) -> Result<u64> {
    exec::execute(tx, "access.delete_other_sessions_of", vec![user_id.into(), token_hash.into()]).await
}

/// Removes sessions that have expired at `now` or were last seen at `idle_since` or before.
pub async fn delete_sessions_before(tx: &mut WriteTx<'_>, now: Instant, idle_since: Instant) -> Result<u64> {
    exec::execute(tx, "access.delete_sessions_before", vec![now.into(), idle_since.into()]).await
}

pub async fn insert_token(tx: &mut WriteTx<'_>, token: &TokenRow) -> Result<()> {
    let binds = vec![
        (&token.id).into(),
        token.token_hash.as_slice().into(),
        (&token.name).into(),
        (&token.role).into(),
        (&token.created_by).into(),
        token.created_at.into(),
        token.expires_at.into(),
        token.last_used_at.into(),
        token.revoked_at.into(),
    ];
    exec::execute_exactly(tx, 1, "access.insert_token", binds).await
}

/// Also one that was revoked or has expired: the caller decides.
pub async fn token_by_hash(tx: &mut ReadTx<'_>, token_hash: &[u8]) -> Result<Option<TokenRow>> {
    exec::optional(tx, "access.token_by_hash", vec![token_hash.into()], read_token).await
}

/// Those that were not revoked, oldest first.
pub async fn tokens(tx: &mut ReadTx<'_>) -> Result<Vec<TokenRow>> {
    exec::all(tx, "access.tokens", vec![], read_token).await
}

pub async fn touch_token(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "access.touch_token", vec![id.into(), at.into()]).await
}

/// `false` where there is none that could be revoked.
pub async fn revoke_token(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "access.revoke_token", vec![id.into(), at.into()]).await? == 1)
}

/// Revokes the tokens that a user made, those that these tokens made, and so on; returns the ids of those that
/// were not revoked before, in order.
pub async fn revoke_tokens_made_by(tx: &mut WriteTx<'_>, maker: &str, at: Instant) -> Result<Vec<String>> {
    let binds = vec![maker.into(), at.into()];
    let mut ids = exec::all(tx, "access.revoke_tokens_made_by", binds, |row| row.text(0)).await?;
    ids.sort_unstable();
    Ok(ids)
}

pub async fn attempts(tx: &mut ReadTx<'_>, key: &str) -> Result<Option<AttemptsRow>> {
    exec::optional(tx, "access.attempts", vec![key.into()], |row| {
        Ok(AttemptsRow { key: row.text(0)?, failures: row.i64(1)?, window_started_at: row.instant(2)? })
    })
    .await
}

/// Inserts or replaces.
pub async fn put_attempts(tx: &mut WriteTx<'_>, row: &AttemptsRow) -> Result<()> {
    let binds = vec![(&row.key).into(), row.failures.into(), row.window_started_at.into()];
    exec::execute_exactly(tx, 1, "access.put_attempts", binds).await
}

/// `false` where there is none.
pub async fn delete_attempts(tx: &mut WriteTx<'_>, key: &str) -> Result<bool> {
    Ok(exec::execute(tx, "access.delete_attempts", vec![key.into()]).await? == 1)
}

/// Removes counters whose window began at that instant or before.
pub async fn delete_attempts_before(tx: &mut WriteTx<'_>, at: Instant) -> Result<u64> {
    exec::execute(tx, "access.delete_attempts_before", vec![at.into()]).await
}

fn read_user(row: &Row<'_>) -> Result<UserRow> {
    Ok(UserRow {
        id: row.text(0)?,
        email: row.text(1)?,
        name: row.text(2)?,
        role: row.text(3)?,
        status: row.text(4)?,
        password_hash: row.opt_text(5)?,
        locale: row.opt_text(6)?,
        created_at: row.instant(7)?,
        last_sign_in_at: row.opt_instant(8)?,
        version: row.i64(9)?,
    })
}

fn read_token(row: &Row<'_>) -> Result<TokenRow> {
    Ok(TokenRow {
        id: row.text(0)?,
        token_hash: row.bytes(1)?,
        name: row.text(2)?,
        role: row.text(3)?,
        created_by: row.text(4)?,
        created_at: row.instant(5)?,
        expires_at: row.opt_instant(6)?,
        last_used_at: row.opt_instant(7)?,
        revoked_at: row.opt_instant(8)?,
    })
}
