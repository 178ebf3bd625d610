//! Answers that were given to requests with an idempotency key.
//!
//! Table: `idempotency_keys`, by scope (who and which endpoint) and key. What a status or a hash means is the
//! caller's; of two that put the same key one gets `false`, once the other has committed: it waits until then.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyRow {
    pub scope: String,
    pub key: String,
    pub request_hash: Vec<u8>,
    pub status: i64,
    pub body: String,
    pub created_at: Instant,
}

pub async fn get(tx: &mut ReadTx<'_>, scope: &str, key: &str) -> Result<Option<IdempotencyRow>> {
    exec::optional(tx, "idempotency.get", vec![scope.into(), key.into()], |row| {
        Ok(IdempotencyRow {
            scope: row.text(0)?,
            key: row.text(1)?,
            request_hash: row.bytes(2)?,
            status: row.i64(3)?,
            body: row.text(4)?,
            created_at: row.instant(5)?,
        })
    })
    .await
}

/// `false` where the key is there already: nothing changes then.
pub async fn put(tx: &mut WriteTx<'_>, row: &IdempotencyRow) -> Result<bool> {
    let binds = vec![
        (&row.scope).into(),
        (&row.key).into(),
        row.request_hash.as_slice().into(),
        row.status.into(),
        (&row.body).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "idempotency.put", binds).await? == 1)
}

/// Stores the answer of a key that was put.
pub async fn complete(tx: &mut WriteTx<'_>, scope: &str, key: &str, status: i64, body: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "idempotency.complete", vec![scope.into(), key.into(), status.into(), body.into()])
        .await
}

/// Returns how many were removed.
pub async fn purge_before(tx: &mut WriteTx<'_>, at: Instant) -> Result<u64> {
    exec::execute(tx, "idempotency.purge_before", vec![at.into()]).await
}
