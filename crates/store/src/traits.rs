//! What sources say about a customer: name and value, with the instant it was said.
//!
//! Table: `traits`, one row per customer, name and source. Within a source the newest wins, whatever the order of
//! arrival; what a customer's trait *is* is the value of the source that is believed first (its rank in `trait_sources`), of
//! equals the one that spoke last (of two at the same instant, the source whose name sorts last), as the filter of
//! `customers` has it.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitRow {
    pub customer_number: i64,
    pub name: String,
    pub source: String,
    pub value: String,
    pub at: i64,
}

/// Older news than what is there change nothing. A key may stand only once in `rows`: PostgreSQL refuses to touch a
/// row twice in one statement.
pub async fn upsert(tx: &mut WriteTx<'_>, rows: &[TraitRow]) -> Result<()> {
    exec::bulk(tx, "traits.upsert", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(&row.name);
        binder.text(&row.source);
        binder.text(&row.value);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

/// By name; of each name the newest value first.
pub async fn of_customer(tx: &mut ReadTx<'_>, number: i64) -> Result<Vec<TraitRow>> {
    exec::all(tx, "traits.of_customer", vec![number.into()], read).await
}

/// All traits of these customers, in no particular order.
pub async fn of_customers(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<TraitRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "traits.of_customers", &[], numbers, bind, read).await
}

/// Customers above `after` of whom several sources tell this trait, ascending.
pub async fn told_by_several(tx: &mut ReadTx<'_>, name: &str, after: i64, limit: i64) -> Result<Vec<i64>> {
    exec::all(tx, "traits.told_by_several", vec![name.into(), after.into(), limit.into()], |row| row.i64(0)).await
}

/// The names of all traits of all customers, so many at most.
pub async fn names(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<String>> {
    exec::all(tx, "traits.names", vec![limit.into()], |row| row.text(0)).await
}

fn read(row: &Row<'_>) -> Result<TraitRow> {
    Ok(TraitRow {
        customer_number: row.i64(0)?,
        name: row.text(1)?,
        source: row.text(2)?,
        value: row.text(3)?,
        at: row.i64(4)?,
    })
}

/// What at least so many customers have under a name, with how many do, most of all first, of equal ones the first by text.
/// Reads all that was told under it.
pub async fn frequent_values(tx: &mut ReadTx<'_>, name: &str, least: i64, limit: i64) -> Result<Vec<(String, i64)>> {
    let binds = vec![name.into(), least.into(), limit.into()];
    exec::all(tx, "traits.frequent_values", binds, |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// Removes what sources say of these customers; returns how many rows there were.
pub async fn remove(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "traits.remove", numbers, |number, binder| binder.i64(*number)).await
}
