//! What the daily run worked out of each customer.
//!
//! Tables: `customer_scores`; `noted_values`, what most customers have, bought or joined; `trial_arms`, how many responded to what. Invariants: whoever has no row has
//! nothing but zeros; while a run writes, some rows are of it and some of the one before.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreRow {
    pub customer_number: i64,
    pub interactions: i64,
    pub shares: i64,
    pub referrals: i64,
    pub participations: i64,
    pub activity_score: i64,
    /// 0 to 100.
    pub activity_power: i64,
    pub spread_power: i64,
    pub first_touch_point: Option<String>,
    pub main_touch_point: Option<String>,
    /// Orders that any factor touched.
    pub conversions: i64,
    /// Percent, in the order of `perennial_domain::scores::Factor::ALL`; all or none.
    pub decision: [Option<i64>; 4],
    /// Codes parted by commas; empty is none.
    pub opened_topics: String,
    pub ignored_topics: String,
    /// `price` or `content`, with how sure that is; both or none.
    pub sensitivity: Option<String>,
    pub sensitivity_percent: Option<i64>,
}

/// In the place of the rows of these customers; a customer stands only once in `rows`.
pub async fn put(tx: &mut WriteTx<'_>, rows: &[ScoreRow]) -> Result<()> {
    let touched = exec::bulk(tx, "scores.put", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.i64(row.interactions);
        binder.i64(row.shares);
        binder.i64(row.referrals);
        binder.i64(row.participations);
        binder.i64(row.activity_score);
        binder.i64(row.activity_power);
        binder.i64(row.spread_power);
        binder.opt_text(row.first_touch_point.as_deref());
        binder.opt_text(row.main_touch_point.as_deref());
        binder.i64(row.conversions);
        for share in row.decision {
            binder.opt_i64(share);
        }
        binder.text(&row.opened_topics);
        binder.text(&row.ignored_topics);
        binder.opt_text(row.sensitivity.as_deref());
        binder.opt_i64(row.sensitivity_percent);
    })
    .await?;
    exec::expect_rows("scores.put", rows.len(), touched)
}

fn read(row: &Row<'_>) -> Result<ScoreRow> {
    Ok(ScoreRow {
        customer_number: row.i64(0)?,
        interactions: row.i64(1)?,
        shares: row.i64(2)?,
        referrals: row.i64(3)?,
        participations: row.i64(4)?,
        activity_score: row.i64(5)?,
        activity_power: row.i64(6)?,
        spread_power: row.i64(7)?,
        first_touch_point: row.opt_text(8)?,
        main_touch_point: row.opt_text(9)?,
        conversions: row.i64(10)?,
        decision: [row.opt_i64(11)?, row.opt_i64(12)?, row.opt_i64(13)?, row.opt_i64(14)?],
        opened_topics: row.text(15)?,
        ignored_topics: row.text(16)?,
        sensitivity: row.opt_text(17)?,
        sensitivity_percent: row.opt_i64(18)?,
    })
}

/// In no particular order.
pub async fn of_customers(tx: &mut ReadTx<'_>, customers: &[i64]) -> Result<Vec<ScoreRow>> {
    exec::lookup(tx, "scores.of_customers", &[], customers, |number, binder| binder.i64(*number), read).await
}

/// Rows behind a number, by their numbers.
pub async fn page(tx: &mut ReadTx<'_>, after: i64, limit: i64) -> Result<Vec<ScoreRow>> {
    exec::all(tx, "scores.page", vec![after.into(), limit.into()], read).await
}

/// Removes what was worked out of these customers; returns how many had a row.
pub async fn remove(tx: &mut WriteTx<'_>, customers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "scores.remove", customers, |number, binder| binder.i64(*number)).await
}

/// A value with how many customers have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRow {
    pub kind: String,
    pub value: String,
    pub customers: i64,
}

pub async fn replace_values(tx: &mut WriteTx<'_>, rows: &[ValueRow]) -> Result<()> {
    exec::execute(tx, "scores.delete_values", vec![]).await?;
    let touched = exec::bulk(tx, "scores.insert_values", rows, |row, binder| {
        binder.text(&row.kind);
        binder.text(&row.value);
        binder.i64(row.customers);
    })
    .await?;
    exec::expect_rows("scores.insert_values", rows.len(), touched)
}

/// Values of a kind, those of most customers first, of equal ones the first by text.
pub async fn values(tx: &mut ReadTx<'_>, kind: &str, limit: i64) -> Result<Vec<String>> {
    exec::all(tx, "scores.values", vec![kind.into(), limit.into()], |row| row.text(0)).await
}

/// A content with an offer, how many were shown it and how many of them responded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmRow {
    pub trial: String,
    pub content: String,
    pub offer: String,
    pub shown: i64,
    pub responded: i64,
}

pub async fn replace_arms(tx: &mut WriteTx<'_>, rows: &[ArmRow]) -> Result<()> {
    exec::execute(tx, "scores.delete_arms", vec![]).await?;
    let touched = exec::bulk(tx, "scores.insert_arms", rows, |row, binder| {
        binder.text(&row.trial);
        binder.text(&row.content);
        binder.text(&row.offer);
        binder.i64(row.shown);
        binder.i64(row.responded);
    })
    .await?;
    exec::expect_rows("scores.insert_arms", rows.len(), touched)
}

/// By trial, content and offer.
pub async fn arms(tx: &mut ReadTx<'_>) -> Result<Vec<ArmRow>> {
    exec::all(tx, "scores.arms", vec![], |row| {
        Ok(ArmRow {
            trial: row.text(0)?,
            content: row.text(1)?,
            offer: row.text(2)?,
            shown: row.i64(3)?,
            responded: row.i64(4)?,
        })
    })
    .await
}
