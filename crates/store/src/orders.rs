//! The state per order that decides whether a fact is new: its lines by hash.
//!
//! Table: `orders`, by customer and the 128-bit key of the fact; customer 0 stands for all guests. Not a place
//! to read orders from: history has them.

use crate::database::{ReadTx, WriteTx};
use crate::error::{Result, StoreError};
use crate::exec;
use crate::row::Binder;

/// Purchases without any identifier are kept under this number, which no customer has.
pub const GUEST: i64 = 0;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub customer_number: i64,
    pub order_key: [u8; 16],
    pub order_no: Option<String>,
    pub kind: String,
    pub at: i64,
    pub amount_minor: Option<i64>,
    /// Eight bytes per line, big-endian and sorted; equal lines of one order stand as often as they occur. What gives
    /// money back has more behind them. Opaque here.
    pub line_hashes: Vec<u8>,
}

/// Those of the keys that exist, in no particular order. A key that stands twice is answered twice.
pub async fn load(tx: &mut ReadTx<'_>, keys: &[(i64, [u8; 16])]) -> Result<Vec<OrderRow>> {
    let bind = |key: &(i64, [u8; 16]), binder: &mut Binder| {
        binder.i64(key.0);
        binder.bytes(&key.1);
    };
    exec::join(tx, "orders.load", keys, bind, |key, row| {
        Ok(OrderRow {
            customer_number: key.0,
            order_key: key.1,
            order_no: row.opt_text(1)?,
            kind: row.text(2)?,
            at: row.i64(3)?,
            amount_minor: row.opt_i64(4)?,
            line_hashes: row.bytes(5)?,
        })
    })
    .await
}

/// All cancelled orders of these customers that had not counted when they were cancelled.
pub async fn cancelled_of(tx: &mut ReadTx<'_>, customers: &[i64]) -> Result<Vec<OrderRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "orders.cancelled_of", &[], customers, bind, |row| {
        let order_key = row.bytes(1)?;
        let unreadable =
            |_| StoreError::Inconsistency { table: "orders", column: "order_key", row: format!("{order_key:?}") };
        Ok(OrderRow {
            customer_number: row.i64(0)?,
            order_key: order_key.as_slice().try_into().map_err(unreadable)?,
            order_no: row.opt_text(2)?,
            kind: row.text(3)?,
            at: row.i64(4)?,
            amount_minor: row.opt_i64(5)?,
            line_hashes: row.bytes(6)?,
        })
    })
    .await
}

/// Inserts or replaces; a key must not stand twice in `rows`.
pub async fn upsert(tx: &mut WriteTx<'_>, rows: &[OrderRow]) -> Result<()> {
    let touched = exec::bulk(tx, "orders.upsert", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.bytes(&row.order_key);
        binder.opt_text(row.order_no.as_deref());
        binder.text(&row.kind);
        binder.i64(row.at);
        binder.opt_i64(row.amount_minor);
        binder.bytes(&row.line_hashes);
    })
    .await?;
    exec::expect_rows("orders.upsert", rows.len(), touched)
}

/// Removes the orders of these profiles; returns how many there were.
pub async fn remove(tx: &mut WriteTx<'_>, customers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "orders.remove", customers, |number, binder| binder.i64(*number)).await
}

/// What is kept of these orders of guests is that they are known: number and amount go. Returns how many there were.
pub async fn blank_guests(tx: &mut WriteTx<'_>, keys: &[[u8; 16]]) -> Result<u64> {
    exec::bulk(tx, "orders.blank_guests", keys, |key, binder| binder.bytes(key)).await
}

/// Whether any order of a guest is known; where none is, nobody need look for one.
pub async fn has_guests(tx: &mut ReadTx<'_>) -> Result<bool> {
    exec::one(tx, "orders.count_some_guests", vec![], |row| row.i64(0)).await.map(|some| some > 0)
}

/// Purchases of customers and guests. Reads the whole table.
pub async fn count_purchases(tx: &mut ReadTx<'_>) -> Result<i64> {
    exec::one(tx, "orders.count_purchases", vec![], |row| row.i64(0)).await
}
