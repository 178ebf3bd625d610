//! What each customer is worth, as of the last value run.
//!
//! Table: `customer_values`. Invariant: all rows are of one run: [`replace_all`] and [`change_window`] put a new run in
//! the place of the old one inside the caller's transaction, and readers see the old one until its commit.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::indexes;
use crate::row::Row;
use std::borrow::Cow;

/// Rows that are held at once while they are written.
const BATCH_ROWS: usize = 8_192;

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerValue {
    pub customer_number: i64,
    pub recency_days: i64,
    pub frequency: i64,
    pub monetary_minor: i64,
    pub r: i64,
    pub f: i64,
    pub m: i64,
    /// The three digits in a row, such as 543.
    pub cell: i64,
    pub rfm_group: Cow<'static, str>,
    pub historical_minor: i64,
    pub current_minor: i64,
    /// The forecast and what depends on it are empty where there is too little data.
    pub potential_minor: Option<i64>,
    pub potential_low_minor: Option<i64>,
    pub potential_high_minor: Option<i64>,
    pub lifetime_minor: Option<i64>,
    pub probability_alive: Option<f64>,
    pub probability_active: Option<f64>,
    pub expected_orders: Option<f64>,
    pub next_purchase_day: Option<i64>,
    /// When the customer's own rhythm lets the next purchase expect; may lie in the past.
    pub due_day: Option<i64>,
    pub lifetime_percentile: f64,
    pub current_percentile: f64,
    /// Place by profit so far, from 1, each taken once; none in rows of runs before there were ranks.
    pub profit_rank: Option<i64>,
}

/// What another window changes of a customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WindowValue {
    pub customer_number: i64,
    pub historical_minor: i64,
    pub current_minor: i64,
    pub current_percentile: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellCount {
    pub r: i64,
    pub f: i64,
    pub m: i64,
    pub customers: i64,
    pub monetary_minor: i64,
}

/// Replaces all values by those of a run; returns how many there are now. Ascending numbers are fastest.
///
/// On SQLite the indexes are dropped first and built again at the end, as a part of the transaction.
pub async fn replace_all<I>(tx: &mut WriteTx<'_>, run_id: &str, rows: I) -> Result<u64>
where
    I: IntoIterator<Item = CustomerValue>,
    I::IntoIter: Send,
{
    let dropped = indexes::drop_of(tx, "customer_values").await?;
    exec::execute(tx, "values.delete_all", vec![]).await?;
    let mut rows = rows.into_iter();
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let mut written = 0;
    loop {
        batch.clear();
        batch.extend(rows.by_ref().take(BATCH_ROWS));
        if batch.is_empty() {
            break;
        }
        written += insert(tx, run_id, &batch).await?;
    }
    indexes::create(tx, dropped).await?;
    exec::execute(tx, "values.analyze", vec![]).await?;
    Ok(written)
}

async fn insert(tx: &mut WriteTx<'_>, run_id: &str, rows: &[CustomerValue]) -> Result<u64> {
    let touched = exec::bulk(tx, "values.insert", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(run_id);
        binder.i64(row.recency_days);
        binder.i64(row.frequency);
        binder.i64(row.monetary_minor);
        binder.i64(row.r);
        binder.i64(row.f);
        binder.i64(row.m);
        binder.i64(row.cell);
        binder.text(&row.rfm_group);
        binder.i64(row.historical_minor);
        binder.i64(row.current_minor);
        binder.opt_i64(row.potential_minor);
        binder.opt_i64(row.potential_low_minor);
        binder.opt_i64(row.potential_high_minor);
        binder.opt_i64(row.lifetime_minor);
        binder.opt_f64(row.probability_alive);
        binder.opt_f64(row.probability_active);
        binder.opt_f64(row.expected_orders);
        binder.opt_i64(row.next_purchase_day);
        binder.opt_i64(row.due_day);
        binder.f64(row.lifetime_percentile);
        binder.f64(row.current_percentile);
        binder.opt_i64(row.profit_rank);
    })
    .await?;
    exec::expect_rows("values.insert", rows.len(), touched)?;
    Ok(touched)
}

/// Makes the rows that are there those of a run which differs from theirs in the window alone. Customers without a row
/// stay without.
///
/// On SQLite the indexes of both figures are dropped first and built again at the end, as a part of the transaction.
pub async fn change_window(tx: &mut WriteTx<'_>, run_id: &str, rows: &[WindowValue]) -> Result<()> {
    let changes = |index: &str| index.contains("(historical_minor") || index.contains("(current_minor");
    let dropped = indexes::drop_those(tx, "customer_values", changes).await?;
    exec::bulk(tx, "values.change_window", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(run_id);
        binder.i64(row.historical_minor);
        binder.i64(row.current_minor);
        binder.f64(row.current_percentile);
    })
    .await?;
    indexes::create(tx, dropped).await
}

/// Customers with values. Reads a whole index.
pub async fn count(tx: &mut ReadTx<'_>) -> Result<u64> {
    let count = exec::one(tx, "values.count", vec![], |row| row.i64(0)).await?;
    Ok(count.unsigned_abs())
}

/// The run whose values are there.
pub async fn run_id(tx: &mut ReadTx<'_>) -> Result<Option<String>> {
    exec::optional(tx, "values.run_id", vec![], |row| row.text(0)).await
}

/// Those of the 125 cells that hold anybody. Reads a whole index.
pub async fn cell_counts(tx: &mut ReadTx<'_>) -> Result<Vec<CellCount>> {
    exec::all(tx, "values.cell_counts", vec![], |row| {
        let cell = row.i64(0)?;
        Ok(CellCount {
            r: cell / 100,
            f: cell / 10 % 10,
            m: cell % 10,
            customers: row.i64(1)?,
            monetary_minor: row.i64(2)?,
        })
    })
    .await
}

/// Removes the values of these customers until the next run; returns how many had one.
pub async fn remove(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "values.remove", numbers, |number, binder| binder.i64(*number)).await
}

/// Removes the values of numbers that no customer has; returns how many there were. Reads the whole table.
pub async fn remove_of_nobody(tx: &mut WriteTx<'_>) -> Result<u64> {
    exec::execute(tx, "values.remove_of_nobody", vec![]).await
}

pub(crate) fn read(row: &Row<'_>, first: usize) -> Result<CustomerValue> {
    Ok(CustomerValue {
        customer_number: row.i64(first)?,
        recency_days: row.i64(first + 1)?,
        frequency: row.i64(first + 2)?,
        monetary_minor: row.i64(first + 3)?,
        r: row.i64(first + 4)?,
        f: row.i64(first + 5)?,
        m: row.i64(first + 6)?,
        cell: row.i64(first + 7)?,
        rfm_group: Cow::Owned(row.text(first + 8)?),
        historical_minor: row.i64(first + 9)?,
        current_minor: row.i64(first + 10)?,
        potential_minor: row.opt_i64(first + 11)?,
        potential_low_minor: row.opt_i64(first + 12)?,
        potential_high_minor: row.opt_i64(first + 13)?,
        lifetime_minor: row.opt_i64(first + 14)?,
        probability_alive: row.opt_f64(first + 15)?,
        probability_active: row.opt_f64(first + 16)?,
        expected_orders: row.opt_f64(first + 17)?,
        next_purchase_day: row.opt_i64(first + 18)?,
        due_day: row.opt_i64(first + 19)?,
        lifetime_percentile: row.f64(first + 20)?,
        current_percentile: row.f64(first + 21)?,
        profit_rank: row.opt_i64(first + 22)?,
    })
}
