//! Rules by which orders earn, in versions, and what each order stands at by them.
//!
//! Tables: `earning_rules`, `order_earnings`. Invariants: versions of a rule are only added, by who knows the newest; an order
//! keeps the version and the member that it had first. Definitions are the domain's JSON and opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Binder;
use perennial_domain::time::Instant;

/// A version of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    pub code: String,
    /// The first is 1.
    pub version: i64,
    /// JSON.
    pub definition: String,
    pub changed_by: String,
    pub changed_at: Instant,
    /// The rule gives nothing from then on, until there is another version.
    pub archived_at: Option<Instant>,
}

/// An order by its profile and its key.
pub type OrderId = (i64, [u8; 16]);

/// What an order stands at by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarningRow {
    pub order: OrderId,
    pub rule: String,
    pub version: i64,
    pub member: i64,
    /// A day of the brand's zone.
    pub earned_on: i64,
    pub asked: i64,
    pub granted: i64,
    pub posted: i64,
    pub back: i64,
    pub requests: i64,
    pub refused: Option<String>,
}

/// What a rule granted a member for the orders of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedRow {
    pub member: i64,
    pub rule: String,
    pub earned_on: i64,
    pub granted: i64,
}

/// All versions, by code and version.
pub async fn rules(tx: &mut ReadTx<'_>) -> Result<Vec<RuleRow>> {
    exec::all(tx, "earning.rules", vec![], |row| {
        Ok(RuleRow {
            code: row.text(0)?,
            version: row.i64(1)?,
            definition: row.text(2)?,
            changed_by: row.text(3)?,
            changed_at: row.instant(4)?,
            archived_at: row.opt_instant(5)?,
        })
    })
    .await
}

/// False where somebody else has added that version.
pub async fn add_version(tx: &mut WriteTx<'_>, row: &RuleRow) -> Result<bool> {
    let binds = vec![
        row.code.as_str().into(),
        row.version.into(),
        row.definition.as_str().into(),
        row.changed_by.as_str().into(),
        row.changed_at.into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "earning.add_version", binds).await? == 1)
}

/// What these orders stand at, by all rules, in no particular order.
pub async fn load(tx: &mut ReadTx<'_>, orders: &[OrderId]) -> Result<Vec<EarningRow>> {
    let bind = |order: &OrderId, binder: &mut Binder| {
        binder.i64(order.0);
        binder.bytes(&order.1);
    };
    exec::join(tx, "earning.load", orders, bind, |order, row| {
        Ok(EarningRow {
            order: *order,
            rule: row.text(1)?,
            version: row.i64(2)?,
            member: row.i64(3)?,
            earned_on: row.i64(4)?,
            asked: row.i64(5)?,
            granted: row.i64(6)?,
            posted: row.i64(7)?,
            back: row.i64(8)?,
            requests: row.i64(9)?,
            refused: row.opt_text(10)?,
        })
    })
    .await
}

/// What was granted to these members, by rule and day.
pub async fn granted(tx: &mut ReadTx<'_>, members: &[i64]) -> Result<Vec<GrantedRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "earning.granted", &[], members, bind, |row| {
        Ok(GrantedRow { member: row.i64(0)?, rule: row.text(1)?, earned_on: row.i64(2)?, granted: row.i64(3)? })
    })
    .await
}

/// Inserts or replaces; an order and rule must not stand twice in `rows`. Version, member and day stay what they were.
pub async fn save(tx: &mut WriteTx<'_>, rows: &[EarningRow]) -> Result<()> {
    let touched = exec::bulk(tx, "earning.save", rows, |row, binder| {
        binder.i64(row.order.0);
        binder.bytes(&row.order.1);
        binder.text(&row.rule);
        binder.i64(row.version);
        binder.i64(row.member);
        binder.i64(row.earned_on);
        binder.i64(row.asked);
        binder.i64(row.granted);
        binder.i64(row.posted);
        binder.i64(row.back);
        binder.i64(row.requests);
        binder.opt_text(row.refused.as_deref());
    })
    .await?;
    exec::expect_rows("earning.save", rows.len(), touched)
}
