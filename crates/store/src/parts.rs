//! The profiles of customers that have several.
//!
//! Tables: `customer_parts` (what is counted of each profile, and by whose number its customer goes), `part_traits`
//! (what sources say of each). A profile that is alone has no row here: it is its customer. Invariant: of a customer
//! with rows here, `customers`, `traits` and `customer_activity` hold what its profiles have together, under its
//! number; `app` sees to that in the commit of each change.

use crate::customers::{self, CustomerCounters, CustomerMonths};
use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use crate::traits::TraitRow;

/// Columns of the counters, as `customers` reads them; what is of profiles only comes behind.
const COUNTERS: usize = customers::COLUMNS;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// `counters.number` is the number of the profile.
    pub counters: CustomerCounters,
    pub customer_number: i64,
    pub events: i64,
    pub first_seen_at: Option<i64>,
    pub last_seen_at: Option<i64>,
}

/// Those of the numbers that are profiles of customers with several, in no particular order.
pub async fn load(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<PartRow>> {
    exec::lookup(tx, "parts.load", &[], parts, bind_number, read).await
}

/// All profiles of these customers, in no particular order; none of those that have one only.
pub async fn of_customers(tx: &mut ReadTx<'_>, customers: &[i64]) -> Result<Vec<PartRow>> {
    exec::lookup(tx, "parts.of_customers", &[], customers, bind_number, read).await
}

/// Pairs of profile and customer: all profiles of the customers that these are profiles of, each once, ascending.
pub async fn together(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut pairs = exec::lookup(tx, "parts.together", &[], parts, bind_number, read_pair).await?;
    // A customer that is named by two of its profiles in two lists of keys comes twice.
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}

/// Pairs of profile and customer, ascending: every profile of a customer that has several.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<(i64, i64)>> {
    exec::all(tx, "parts.all", vec![], read_pair).await
}

/// Inserts or replaces; a profile must not stand twice in `rows`.
pub async fn upsert(tx: &mut WriteTx<'_>, rows: &[PartRow]) -> Result<()> {
    let touched = exec::bulk(tx, "parts.upsert", rows, |row, binder| {
        let counters = &row.counters;
        binder.i64(counters.number);
        binder.i64(counters.created_at);
        binder.opt_text(counters.display_name.as_deref());
        binder.opt_text(counters.name_folded.as_deref());
        binder.i64(counters.orders);
        binder.i64(counters.gross_minor);
        binder.i64(counters.refunds_minor);
        binder.i64(counters.refund_count);
        binder.i64(counters.net_minor);
        binder.opt_i64(counters.first_at);
        binder.opt_i64(counters.last_at);
        binder.opt_i64(counters.first_month);
        binder.i64(counters.active_months);
        binder.i64(counters.active_months_later);
        binder.i64(counters.updated_at);
        binder.i64(row.customer_number);
        binder.i64(row.events);
        binder.opt_i64(row.first_seen_at);
        binder.opt_i64(row.last_seen_at);
    })
    .await?;
    exec::expect_rows("parts.upsert", rows.len(), touched)
}

/// These profiles are customers of their own again.
pub async fn remove(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<()> {
    let touched = exec::bulk(tx, "parts.remove", parts, bind_number).await?;
    exec::expect_rows("parts.remove", parts.len(), touched)
}

/// Replaces the months of purchase of profiles; a number must not stand twice in `rows`.
pub async fn set_months(tx: &mut WriteTx<'_>, rows: &[CustomerMonths]) -> Result<()> {
    let touched = exec::bulk(tx, "parts.set_months", rows, |row, binder| {
        binder.i64(row.number);
        binder.i64(row.first_month);
        binder.i64(row.active_months);
        binder.i64(row.active_months_later);
    })
    .await?;
    exec::expect_rows("parts.set_months", rows.len(), touched)
}

/// What sources say of these profiles, in no particular order. `customer_number` is the profile's.
pub async fn traits(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<TraitRow>> {
    exec::lookup(tx, "parts.traits", &[], parts, bind_number, |row| {
        Ok(TraitRow {
            customer_number: row.i64(0)?,
            name: row.text(1)?,
            source: row.text(2)?,
            value: row.text(3)?,
            at: row.i64(4)?,
        })
    })
    .await
}

/// Older news than what is there change nothing. A key may stand only once in `rows`.
pub async fn upsert_traits(tx: &mut WriteTx<'_>, rows: &[TraitRow]) -> Result<()> {
    exec::bulk(tx, "parts.upsert_traits", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(&row.name);
        binder.text(&row.source);
        binder.text(&row.value);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

/// Returns how many there were.
pub async fn remove_traits(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "parts.remove_traits", parts, bind_number).await
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

fn read(row: &Row<'_>) -> Result<PartRow> {
    Ok(PartRow {
        counters: customers::read(row)?,
        customer_number: row.i64(COUNTERS)?,
        events: row.i64(COUNTERS + 1)?,
        first_seen_at: row.opt_i64(COUNTERS + 2)?,
        last_seen_at: row.opt_i64(COUNTERS + 3)?,
    })
}

fn read_pair(row: &Row<'_>) -> Result<(i64, i64)> {
    Ok((row.i64(0)?, row.i64(1)?))
}
