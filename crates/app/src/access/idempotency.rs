//! Requests that may be sent twice and have one effect.
//!
//! The use case claims the key when its write transaction begins and keeps the answer before it commits ([`Once`]), so
//! that effect and answer are one commit. Killed anywhere, there are both or neither, and in the second case the key
//! is free.
//!
//! Invariants: one key of one actor belongs to one request; of two requests with one key at the same time one has an
//! effect: the other waits for its commit, and is told; a request without effect leaves no key behind.

use crate::App;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::idempotency as db;
use perennial_store::{StoreError, WriteTx};

/// Answers are kept for so long.
pub const KEY_LIFETIME_DAYS: i64 = 1;
/// What a claimed key has instead of a status, until its answer is kept in the same transaction.
const NOT_ANSWERED: i64 = 0;

/// A request with a key, as its sender means it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Who sent it, and where to.
    pub scope: String,
    pub key: String,
    pub hash: Vec<u8>,
}

/// The answer to a request, without what is shown only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub body: String,
}

/// What is known of a request before it is worked on.
#[derive(Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Nobody has sent it.
    New,
    Answered(KeptAnswer),
    /// The key was used with another request.
    Mismatch,
}

/// Somebody else's request with this key was answered after this one had begun: it has had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request with this key was answered at the same time; send it again for its answer")]
pub struct AnsweredMeanwhile;

/// How the answer for a `T` looks.
pub type AnswerOf<T> = dyn Fn(&T) -> KeptAnswer + Send + Sync;

/// What a use case does with the key of its request, if there is one: [`Once::claim`] first in its write transaction,
/// [`Once::keep`] last.
pub struct Once<'a, T>(Option<(&'a KeyedRequest, &'a AnswerOf<T>)>);

impl<'a, T> Once<'a, T> {
    pub fn new(request: &'a KeyedRequest, answer: &'a AnswerOf<T>) -> Self {
        Self(Some((request, answer)))
    }

    /// For callers whose requests have no key.
    pub fn unkeyed() -> Self {
        Self(None)
    }

    /// Makes the key this transaction's own, waiting for whoever else has it.
    pub async fn claim<E>(&self, app: &App, tx: &mut WriteTx<'_>) -> Result<(), E>
    where
        E: From<StoreError> + From<AnsweredMeanwhile>,
    {
        let Some((request, _)) = self.0 else { return Ok(()) };
        let now = app.clock.now();
        db::purge_before(tx, oldest_kept(now)).await?;
        let row = db::IdempotencyRow {
            scope: request.scope.clone(),
            key: request.key.clone(),
            request_hash: request.hash.clone(),
            status: NOT_ANSWERED,
            body: String::new(),
            created_at: now,
        };
        if db::put(tx, &row).await? { Ok(()) } else { Err(AnsweredMeanwhile.into()) }
    }

    /// Keeps the answer for `result`, with whatever else the transaction writes.
    pub async fn keep(&self, tx: &mut WriteTx<'_>, result: &T) -> Result<(), StoreError> {
        let Some((request, answer)) = self.0 else { return Ok(()) };
        let answer = answer(result);
        db::complete(tx, &request.scope, &request.key, i64::from(answer.status), &answer.body).await
    }
}

/// Looks whether the request was answered before.
pub async fn earlier(app: &App, request: &KeyedRequest) -> Result<Earlier, StoreError> {
    let mut tx = app.store.read().await?;
    let row = db::get(&mut tx, &request.scope, &request.key).await?;
    let oldest = oldest_kept(app.clock.now());
    Ok(match row.filter(|row| row.created_at >= oldest) {
        None => Earlier::New,
        Some(row) if row.request_hash != request.hash => Earlier::Mismatch,
        Some(row) => {
            let status = u16::try_from(row.status).unwrap_or(200);
            Earlier::Answered(KeptAnswer { status, body: row.body })
        }
    })
}

fn oldest_kept(now: Instant) -> Instant {
    Instant(now.0 - KEY_LIFETIME_DAYS * MICROS_PER_DAY)
}
