//! How far profiles are in products: values that were told, use by quarters of an hour, which orders are of which product.
//!
//! Tables: `progress_values`, `progress_use`, `progress_orders`; money is read from `orders`. What is written does not
//! depend on the order of arrival. All is by profile: of a customer of several, the caller puts them together.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Binder;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueRow {
    pub part_number: i64,
    pub product: String,
    pub name: String,
    /// JSON.
    pub value: String,
    pub at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UseRow {
    pub part_number: i64,
    pub product: String,
    pub slot: i64,
    pub events: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOrderRow {
    pub part_number: i64,
    pub order_no: String,
    pub product: String,
}

/// An order of a product, or what was given back of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProductMoneyRow {
    pub product: String,
    pub order_no: String,
    /// As in `orders`.
    pub kind: String,
    pub at: i64,
    pub amount_minor: i64,
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

/// Keeps the newest word of each value; a profile, product and name may stand only once in `rows`.
pub async fn tell(tx: &mut WriteTx<'_>, rows: &[ValueRow]) -> Result<()> {
    exec::bulk(tx, "progress.tell", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.product);
        binder.text(&row.name);
        binder.text(&row.value);
        binder.i64(row.at);
    })
    .await
    .map(|_| ())
}

/// Adds to what is there; a profile, product and slot may stand only once in `rows`.
pub async fn add_use(tx: &mut WriteTx<'_>, rows: &[UseRow]) -> Result<()> {
    let touched = exec::bulk(tx, "progress.add_use", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.product);
        binder.i64(row.slot);
        binder.i64(row.events);
    })
    .await?;
    exec::expect_rows("progress.add_use", rows.len(), touched)
}

/// Of an order that was told of two products, the one that sorts first holds. An order may stand only once in `rows`.
pub async fn note_orders(tx: &mut WriteTx<'_>, rows: &[ProductOrderRow]) -> Result<()> {
    exec::bulk(tx, "progress.note_orders", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.order_no);
        binder.text(&row.product);
    })
    .await
    .map(|_| ())
}

pub async fn values_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<ValueRow>> {
    exec::lookup(tx, "progress.values_of_parts", &[], parts, bind_number, |row| {
        Ok(ValueRow {
            part_number: row.i64(0)?,
            product: row.text(1)?,
            name: row.text(2)?,
            value: row.text(3)?,
            at: row.i64(4)?,
        })
    })
    .await
}

pub async fn use_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<UseRow>> {
    exec::lookup(tx, "progress.use_of_parts", &[], parts, bind_number, |row| {
        Ok(UseRow { part_number: row.i64(0)?, product: row.text(1)?, slot: row.i64(2)?, events: row.i64(3)? })
    })
    .await
}

pub async fn money_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<ProductMoneyRow>> {
    exec::lookup(tx, "progress.money_of_parts", &[], parts, bind_number, |row| {
        Ok(ProductMoneyRow {
            product: row.text(0)?,
            order_no: row.text(1)?,
            kind: row.text(2)?,
            at: row.i64(3)?,
            amount_minor: row.i64(4)?,
        })
    })
    .await
}

/// Use before this slot goes.
pub async fn forget_use(tx: &mut WriteTx<'_>, before_slot: i64) -> Result<u64> {
    exec::execute(tx, "progress.forget_use", vec![before_slot.into()]).await
}

/// Removes all of these profiles; returns how many rows there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    let mut removed = 0;
    for name in ["progress.remove_values", "progress.remove_use", "progress.remove_orders"] {
        removed += exec::bulk(tx, name, parts, bind_number).await?;
    }
    Ok(removed)
}
