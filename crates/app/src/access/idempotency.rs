//! Requests that may be sent twice and have one effect.
//!
//! A key is reserved in a commit of its own before the work starts, and its answer is kept when the
//! work is done. Invariants: one key of one actor belongs to one request; a request in progress is never
//! started a second time; a request that failed on our side gives its key free.

use super::error::AccessError;
use crate::App;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_store::idempotency as db;

/// Answers are kept for so long.
pub const KEY_LIFETIME_DAYS: i64 = 1;
/// A reservation older than this belongs to a process that died.
const ABANDONED_AFTER_MICROS: i64 = 10 * 60 * MICROS_PER_SECOND;
/// Stored as the status while the work is going on.
const IN_PROGRESS: i64 = 0;

#[derive(Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The work is the caller's; it must end by [`complete`] or [`release`].
    Ours,
    /// The same request was answered before.
    Answered { status: u16, body: String },
    /// The same request is being worked on.
    InProgress,
    /// The key was used with another request.
    Mismatch,
}

pub async fn reserve(app: &App, scope: &str, key: &str, request_hash: &[u8]) -> Result<Reservation, AccessError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    db::purge_before(&mut tx, Instant(now.0 - KEY_LIFETIME_DAYS * MICROS_PER_DAY)).await?;
    if let Some(row) = db::get(&mut tx, scope, key).await? {
        if row.request_hash != request_hash {
            return Ok(Reservation::Mismatch);
        }
        if row.status != IN_PROGRESS {
            let status = u16::try_from(row.status).unwrap_or(200);
            return Ok(Reservation::Answered { status, body: row.body });
        }
        if now.0 - row.created_at.0 < ABANDONED_AFTER_MICROS {
            return Ok(Reservation::InProgress);
        }
        db::remove(&mut tx, scope, key).await?;
    }
    let row = db::IdempotencyRow {
        scope: scope.to_owned(),
        key: key.to_owned(),
        request_hash: request_hash.to_vec(),
        status: IN_PROGRESS,
        body: String::new(),
        created_at: now,
    };
    if !db::put(&mut tx, &row).await? {
        return Ok(Reservation::InProgress);
    }
    tx.commit().await?;
    Ok(Reservation::Ours)
}

/// Keeps the answer of a request whose effect is durable.
pub async fn complete(app: &App, scope: &str, key: &str, status: u16, body: &str) -> Result<(), AccessError> {
    let mut tx = app.store.write().await?;
    db::complete(&mut tx, scope, key, i64::from(status), body).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the key free after a request without effect.
pub async fn release(app: &App, scope: &str, key: &str) -> Result<(), AccessError> {
    let mut tx = app.store.write().await?;
    db::remove(&mut tx, scope, key).await?;
    tx.commit().await?;
    Ok(())
}
