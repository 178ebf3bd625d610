//! What transactions led to is written: the journal, the headers, and the rows that were touched.

use crate::database::WriteTx;
use crate::error::Result;
use crate::exec;
use perennial_domain::rewards::ledger::{Account, StoredRow, Transaction, touched};

/// An account that transactions were appended to.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    pub id: i64,
    /// As it is by now.
    pub account: &'a Account,
    pub appended: &'a [Transaction],
}

/// Writes all of them; each account once. They are locked by [`super::lock`].
pub async fn save(tx: &mut WriteTx<'_>, written: &[Written<'_>]) -> Result<()> {
    let mut rows: Vec<(i64, StoredRow)> = Vec::new();
    for one in written {
        let ids = match touched(one.account, one.appended) {
            Some(ids) => ids,
            None => {
                exec::execute(tx, "ledger.remove_rows", vec![one.id.into()]).await?;
                one.account.row_ids()
            }
        };
        rows.extend(ids.iter().filter_map(|id| one.account.stored_row(id)).map(|row| (one.id, row)));
    }
    append(tx, written).await?;
    exec::bulk(tx, "ledger.write_headers", written, |one, binder| {
        let account = one.account;
        binder.i64(one.id);
        binder.i64(account.sequence.cast_signed());
        binder.i64(account.at.0);
        binder.bytes(&account.hash.0);
        binder.i64(account.balance.pending);
        binder.i64(account.balance.available);
        binder.i64(account.balance.held);
        binder.i64(account.balance.debt);
        binder.opt_i64(account.merged_into.map(|heir| i64::from(heir.0)));
        binder.opt_i64(account.next_due().map(|due| due.0));
    })
    .await?;
    exec::bulk(tx, "ledger.write_rows", &rows, |(id, row), binder| {
        binder.i64(*id);
        binder.text(row.kind);
        binder.text(&row.id);
        binder.bool(row.is_open);
        binder.opt_i64(row.expires_at.map(|at| at.0));
        binder.text(&row.text);
    })
    .await?;
    Ok(())
}

async fn append(tx: &mut WriteTx<'_>, written: &[Written<'_>]) -> Result<()> {
    let transactions: Vec<(i64, &Transaction)> =
        written.iter().flat_map(|one| one.appended.iter().map(|transaction| (one.id, transaction))).collect();
    let appended = exec::bulk(tx, "ledger.append", &transactions, |(id, transaction), binder| {
        binder.i64(*id);
        binder.i64(transaction.sequence.cast_signed());
        binder.text(&transaction.key);
        binder.text(&transaction.text());
    })
    .await?;
    exec::expect_rows("ledger.append", transactions.len(), appended)
}
