//! The journal is read, and lists of accounts.

use super::unreadable;
use crate::database::ReadTx;
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::rewards::ledger::Transaction;
use perennial_domain::time::Instant;

/// One of an account by its number.
pub async fn transaction(tx: &mut ReadTx<'_>, account_id: i64, sequence: u64) -> Result<Option<Transaction>> {
    let binds = vec![account_id.into(), sequence.cast_signed().into()];
    exec::optional(tx, "ledger.transaction", binds, |row| read(account_id, row)).await
}

/// Those of an account behind a number, the oldest first.
pub async fn transactions(tx: &mut ReadTx<'_>, account_id: i64, after: u64, limit: i64) -> Result<Vec<Transaction>> {
    let binds = vec![account_id.into(), after.cast_signed().into(), limit.into()];
    exec::all(tx, "ledger.transactions", binds, |row| read(account_id, row)).await
}

/// Those of an account before a number, the newest first.
pub async fn statement(
    tx: &mut ReadTx<'_>,
    account_id: i64,
    before: Option<u64>,
    limit: i64,
) -> Result<Vec<Transaction>> {
    let before = before.map_or(i64::MAX, u64::cast_signed);
    let binds = vec![account_id.into(), before.into(), limit.into()];
    exec::all(tx, "ledger.statement", binds, |row| read(account_id, row)).await
}

fn read(account_id: i64, row: &Row<'_>) -> Result<Transaction> {
    let wrong = |column| unreadable("ledger_transactions", column, account_id);
    let transaction = Transaction::from_text(&row.text(2)?).map_err(|_| wrong("body"))?;
    if transaction.sequence.cast_signed() != row.i64(0)? {
        return Err(wrong("sequence"));
    }
    if transaction.key != row.text(1)? {
        return Err(wrong("key"));
    }
    Ok(transaction)
}

/// Accounts of which something is due until an instant, behind one of them in this order; the longest due first.
pub async fn due(
    tx: &mut ReadTx<'_>,
    until: Instant,
    after: Option<(Instant, i64)>,
    limit: i64,
) -> Result<Vec<(Instant, i64)>> {
    let (at, account_id) = after.unwrap_or((Instant(i64::MIN), 0));
    let binds = vec![until.into(), at.into(), account_id.into(), limit.into()];
    exec::all(tx, "ledger.due", binds, |row| Ok((row.instant(1)?, row.i64(0)?))).await
}

/// Accounts that have transactions, by id.
pub async fn accounts_after(tx: &mut ReadTx<'_>, after: i64, limit: i64) -> Result<Vec<i64>> {
    exec::all(tx, "ledger.accounts_after", vec![after.into(), limit.into()], |row| row.i64(0)).await
}
