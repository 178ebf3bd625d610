//! Sessions of the console: a random cookie, of which only the hash is stored.

use super::error::AccessError;
use super::last_seen;
use super::secret::{new_secret, sha256};
use super::user::{User, UserStatus};
use crate::App;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::access as db;
use perennial_store::{Scope, WriteTx, stores};

/// However busy: after this a session ends.
pub const SESSION_LIFETIME_DAYS: i64 = 30;
/// Without any request for so long a session ends.
pub const SESSION_IDLE_DAYS: i64 = 7;

/// Who is behind a request with a session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: User,
    pub csrf_token: String,
    /// Whom the user sees: looked up with each request, so that a move or a new binding holds at once.
    pub scope: Scope,
}

/// A new session: the value of its cookie is known only now.
#[derive(Clone, Debug)]
pub struct StartedSession {
    pub cookie: String,
    pub signed_in: SignedIn,
}

/// Makes a session row; gives the cookie's value and the CSRF token.
pub(super) async fn start_session(
    app: &App,
    tx: &mut WriteTx<'_>,
    user_id: &str,
    now: Instant,
) -> Result<(String, String), AccessError> {
    let cookie = new_secret(app.random.as_ref());
    let csrf_token = new_secret(app.random.as_ref());
    db::delete_sessions_before(tx, now, idle_limit(now)).await?;
    let row = db::SessionRow {
        token_hash: sha256(cookie.as_bytes()),
        user_id: user_id.to_owned(),
        csrf_token: csrf_token.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at: Instant(now.0 + SESSION_LIFETIME_DAYS * MICROS_PER_DAY),
    };
    db::insert_session(tx, &row).await?;
    db::note_sign_in(tx, user_id, now).await?;
    Ok((cookie, csrf_token))
}

fn idle_limit(now: Instant) -> Instant {
    Instant(now.0 - SESSION_IDLE_DAYS * MICROS_PER_DAY)
}

/// The user behind a cookie; `None` where the session is unknown, over, or its user disabled.
pub async fn resume_session(app: &App, cookie: &str) -> Result<Option<SignedIn>, AccessError> {
    let now = app.clock.now();
    let hash = sha256(cookie.as_bytes());
    let mut tx = app.store.read().await?;
    let Some(session) = db::session(&mut tx, &hash).await? else {
        return Ok(None);
    };
    if session.expires_at <= now || session.last_seen_at <= idle_limit(now) {
        return Ok(None);
    }
    let Some(row) = db::user_by_id(&mut tx, &session.user_id).await? else {
        return Ok(None);
    };
    let scope = stores::seen_by(&mut tx, &row.id).await?;
    drop(tx);
    let user = User::from_row(&row);
    if user.status != UserStatus::Active {
        return Ok(None);
    }
    if last_seen::is_due(Some(session.last_seen_at), now) {
        last_seen::note_session(app, &hash, now).await;
    }
    Ok(Some(SignedIn { user, csrf_token: session.csrf_token, scope }))
}

/// Ends the session of this cookie; ending an unknown one is no error.
pub async fn end_session(app: &App, cookie: &str) -> Result<(), AccessError> {
    let mut tx = app.store.write().await?;
    db::delete_session(&mut tx, &sha256(cookie.as_bytes())).await?;
    tx.commit().await?;
    Ok(())
}
