//! Customers and what is counted about them.
//!
//! Table: `customers`, by dense number. The counters are a view over facts: apply loads them, changes them in
//! memory and writes them back in the same transaction. Lists, counts and exports are in [`list`](self): they join the
//! values of the last run.

mod filter;
mod list;

pub use filter::{CustomerFilter, CustomerSort, SortOrder};
pub(crate) use list::matching;
pub use list::{
    CustomerCursor, CustomerListRow, CustomerPage, SortKey, among, count, export, get, last_purchase, list,
    numbers_within, rows_of,
};

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::indexes;
use crate::row::{Binder, Row};
use crate::scope::Scope;

/// Columns of a [`CustomerCounters`], as read and written.
pub(crate) const COLUMNS: usize = 15;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerCounters {
    pub number: i64,
    pub created_at: i64,
    pub display_name: Option<String>,
    /// What a search by name compares; see [`CustomerCounters::set_display_name`].
    pub name_folded: Option<String>,
    pub orders: i64,
    pub gross_minor: i64,
    pub refunds_minor: i64,
    pub refund_count: i64,
    pub net_minor: i64,
    pub first_at: Option<i64>,
    pub last_at: Option<i64>,
    /// Month of the first purchase: year × 12 + month − 1.
    pub first_month: Option<i64>,
    /// Bit k: bought in the month `first_month + k`, k ≤ 62.
    pub active_months: i64,
    /// Bit k: bought in the month `first_month + 63 + k`, k ≤ 62.
    pub active_months_later: i64,
    pub updated_at: i64,
}

/// When a customer bought, as in [`CustomerCounters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerMonths {
    pub number: i64,
    pub first_month: i64,
    pub active_months: i64,
    pub active_months_later: i64,
}

impl CustomerCounters {
    /// A customer of whom nothing is known yet.
    pub fn new(number: i64, created_at: i64) -> Self {
        Self { number, created_at, updated_at: created_at, ..Self::default() }
    }

    /// Sets the name and its folded form; an empty name is none.
    pub fn set_display_name(&mut self, name: &str) {
        let name = name.trim();
        self.display_name = (!name.is_empty()).then(|| name.to_owned());
        self.name_folded = (!name.is_empty()).then(|| name.to_lowercase());
    }
}

/// Those of the numbers that exist, in no particular order.
pub async fn load(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<CustomerCounters>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "customers.load", &[], numbers, bind, read).await
}

/// Inserts or replaces everything but `created_at`; a number must not stand twice in `rows`.
pub async fn upsert(tx: &mut WriteTx<'_>, rows: &[CustomerCounters]) -> Result<()> {
    let touched = exec::bulk(tx, "customers.upsert", rows, |row, binder| {
        binder.i64(row.number);
        binder.i64(row.created_at);
        binder.opt_text(row.display_name.as_deref());
        binder.opt_text(row.name_folded.as_deref());
        binder.i64(row.orders);
        binder.i64(row.gross_minor);
        binder.i64(row.refunds_minor);
        binder.i64(row.refund_count);
        binder.i64(row.net_minor);
        binder.opt_i64(row.first_at);
        binder.opt_i64(row.last_at);
        binder.opt_i64(row.first_month);
        binder.i64(row.active_months);
        binder.i64(row.active_months_later);
        binder.i64(row.updated_at);
    })
    .await?;
    exec::expect_rows("customers.upsert", rows.len(), touched)
}

/// Removes these customers, who go by other numbers; returns how many rows there were.
pub async fn remove(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "customers.remove", numbers, |number, binder| binder.i64(*number)).await
}

/// Replaces the months of purchase; a number must not stand twice in `rows`.
pub async fn set_months(tx: &mut WriteTx<'_>, rows: &[CustomerMonths]) -> Result<()> {
    let touched = exec::bulk(tx, "customers.set_months", rows, |row, binder| {
        binder.i64(row.number);
        binder.i64(row.first_month);
        binder.i64(row.active_months);
        binder.i64(row.active_months_later);
    })
    .await?;
    exec::expect_rows("customers.set_months", rows.len(), touched)
}

/// Tables whose indexes, beside the key, serve lists only: their order and their filters.
const WITH_LIST_INDEXES: [&str; 2] = ["customers", "traits"];

/// Drops the indexes that lists are sorted and filtered by, for the time of a large import; nothing on PostgreSQL. Everything
/// stays correct meanwhile, lists are slower. Worth it where more than about a tenth of the customers will
/// change. Doing it twice does no harm.
pub async fn suspend_indexes(tx: &mut WriteTx<'_>) -> Result<()> {
    for table in WITH_LIST_INDEXES {
        indexes::suspend(tx, table).await?;
    }
    Ok(())
}

/// Builds one of the indexes again that were dropped, whoever did it. `false` where none is left.
pub async fn resume_an_index(tx: &mut WriteTx<'_>) -> Result<bool> {
    for table in WITH_LIST_INDEXES {
        if indexes::resume_one(tx, table).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of the whole workspace.
pub async fn count_all(tx: &mut ReadTx<'_>) -> Result<i64> {
    exec::one(tx, "customers.count_all", vec![], |row| row.i64(0)).await
}

/// How many within the scope have bought at least once.
pub async fn buyers(tx: &mut ReadTx<'_>, scope: &Scope) -> Result<i64> {
    if !scope.is_everyone() {
        return count(tx, scope, &CustomerFilter { min_orders: Some(1), ..CustomerFilter::default() }).await;
    }
    exec::one(tx, "customers.buyers", vec![], |row| row.i64(0)).await
}

/// The instants of the first and the last purchase of anybody in the workspace; none before the first purchase.
pub async fn purchase_span(tx: &mut ReadTx<'_>) -> Result<Option<(i64, i64)>> {
    let span = exec::one(tx, "customers.purchase_span", vec![], |row| Ok((row.opt_i64(0)?, row.opt_i64(1)?))).await?;
    Ok(span.0.zip(span.1))
}

pub(crate) fn read(row: &Row<'_>) -> Result<CustomerCounters> {
    Ok(CustomerCounters {
        number: row.i64(0)?,
        created_at: row.i64(1)?,
        display_name: row.opt_text(2)?,
        name_folded: row.opt_text(3)?,
        orders: row.i64(4)?,
        gross_minor: row.i64(5)?,
        refunds_minor: row.i64(6)?,
        refund_count: row.i64(7)?,
        net_minor: row.i64(8)?,
        first_at: row.opt_i64(9)?,
        last_at: row.opt_i64(10)?,
        first_month: row.opt_i64(11)?,
        active_months: row.i64(12)?,
        active_months_later: row.i64(13)?,
        updated_at: row.i64(14)?,
    })
}
