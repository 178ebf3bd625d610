//! What customers did beside buying: how many messages came of them, the first and the last.
//!
//! Table: `customer_activity`, apart from `customers`, whose many indexes a page view does not touch. What is added
//! does not depend on the order of arrival.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    pub customer_number: i64,
    pub events: i64,
    pub first_at: i64,
    pub last_at: i64,
}

/// Adds to what is there; a customer may stand only once in `rows`.
pub async fn add(tx: &mut WriteTx<'_>, rows: &[ActivityRow]) -> Result<()> {
    let touched = exec::bulk(tx, "activity.add", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.i64(row.events);
        binder.i64(row.first_at);
        binder.i64(row.last_at);
    })
    .await?;
    exec::expect_rows("activity.add", rows.len(), touched)
}

pub async fn of_customer(tx: &mut ReadTx<'_>, number: i64) -> Result<Option<ActivityRow>> {
    exec::optional(tx, "activity.of_customer", vec![number.into()], |row| {
        Ok(ActivityRow {
            customer_number: row.i64(0)?,
            events: row.i64(1)?,
            first_at: row.i64(2)?,
            last_at: row.i64(3)?,
        })
    })
    .await
}

/// Removes what touch-points saw of these customers; returns how many rows there were.
pub async fn remove(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "activity.remove", numbers, |number, binder| binder.i64(*number)).await
}
