//! What clerks earn: rules, the lines of their statements, settlements.
//!
//! Tables: `incentive_rules`, `incentive_lines`, `settlements`. Invariants: lines are never removed nor changed but for the
//! settlement that paid them, once; a line is taken back once, by a line of its own; amounts are in the smallest unit.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRow {
    pub id: String,
    /// `sign_up` or `first_order`.
    pub kind: String,
    pub amount_minor: i64,
    pub days: i64,
    /// What takes a sign-up back.
    pub event: Option<String>,
    pub created_at: Instant,
    pub ended_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRow {
    pub id: String,
    pub clerk_id: String,
    pub rule_id: String,
    pub part_number: i64,
    /// Negative where it takes something back.
    pub amount_minor: i64,
    pub at: Instant,
    pub order_no: Option<String>,
    /// The line that it takes back.
    pub reverses: Option<String>,
    /// Ignored when a line is written.
    pub settlement_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumsRow {
    pub clerk_id: String,
    pub awards: i64,
    pub reversals: i64,
    pub amount_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementRow {
    pub id: String,
    /// None of the first.
    pub from: Option<Instant>,
    pub until: Instant,
    pub closed_by: String,
    pub closed_at: Instant,
}

pub async fn insert_rule(tx: &mut WriteTx<'_>, row: &RuleRow, created_by: &str) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.kind).into(),
        row.amount_minor.into(),
        row.days.into(),
        (&row.event).into(),
        created_by.into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "incentives.insert_rule", binds).await
}

/// Also those that were ended; the oldest first.
pub async fn rules(tx: &mut ReadTx<'_>) -> Result<Vec<RuleRow>> {
    exec::all(tx, "incentives.rules", vec![], |row| {
        Ok(RuleRow {
            id: row.text(0)?,
            kind: row.text(1)?,
            amount_minor: row.i64(2)?,
            days: row.i64(3)?,
            event: row.opt_text(4)?,
            created_at: row.instant(5)?,
            ended_at: row.opt_instant(6)?,
        })
    })
    .await
}

/// `false` where there is none that goes on.
pub async fn end_rule(tx: &mut WriteTx<'_>, id: &str, at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "incentives.end_rule", vec![id.into(), at.into()]).await? == 1)
}

/// Those that are there already stay; returns how many are new.
pub async fn insert_lines(tx: &mut WriteTx<'_>, rows: &[LineRow]) -> Result<u64> {
    exec::bulk(tx, "incentives.insert_lines", rows, |row, binder| {
        binder.text(&row.id);
        binder.text(&row.clerk_id);
        binder.text(&row.rule_id);
        binder.i64(row.part_number);
        binder.i64(row.amount_minor);
        binder.i64(row.at.0);
        binder.opt_text(row.order_no.as_deref());
        binder.opt_text(row.reverses.as_deref());
    })
    .await
}

/// What was earned by these profiles and was not taken back.
pub async fn awards_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<LineRow>> {
    let bind = |number: &i64, binder: &mut Binder| binder.i64(*number);
    exec::lookup(tx, "incentives.awards_of_parts", &[], parts, bind, read).await
}

/// From an instant up to another one, without it; the oldest first.
pub async fn statement(
    tx: &mut ReadTx<'_>,
    clerk_id: &str,
    (from, to): (Instant, Instant),
    limit: i64,
) -> Result<Vec<LineRow>> {
    let binds = vec![clerk_id.into(), from.into(), to.into(), limit.into()];
    exec::all(tx, "incentives.statement", binds, read).await
}

/// Of each clerk with any line.
pub async fn sums(tx: &mut ReadTx<'_>, (from, to): (Instant, Instant)) -> Result<Vec<SumsRow>> {
    exec::all(tx, "incentives.sums", vec![from.into(), to.into()], read_sums).await
}

pub async fn sums_of_clerk(tx: &mut ReadTx<'_>, clerk_id: &str, (from, to): (Instant, Instant)) -> Result<SumsRow> {
    exec::one(tx, "incentives.sums_of_clerk", vec![clerk_id.into(), from.into(), to.into()], |row| {
        Ok(SumsRow {
            clerk_id: clerk_id.to_owned(),
            awards: row.i64(0)?,
            reversals: row.i64(1)?,
            amount_minor: row.i64(2)?,
        })
    })
    .await
}

/// Of each clerk with a line that the settlement paid.
pub async fn sums_of_settlement(tx: &mut ReadTx<'_>, id: &str) -> Result<Vec<SumsRow>> {
    exec::all(tx, "incentives.sums_of_settlement", vec![id.into()], read_sums).await
}

pub async fn insert_settlement(tx: &mut WriteTx<'_>, row: &SettlementRow) -> Result<()> {
    let binds =
        vec![(&row.id).into(), row.from.into(), row.until.into(), (&row.closed_by).into(), row.closed_at.into()];
    exec::execute_exactly(tx, 1, "incentives.insert_settlement", binds).await
}

/// All lines from before that instant that no settlement has yet are this one's; returns how many.
pub async fn settle(tx: &mut WriteTx<'_>, id: &str, until: Instant) -> Result<u64> {
    exec::execute(tx, "incentives.settle", vec![id.into(), until.into()]).await
}

/// The newest first.
pub async fn settlements(tx: &mut ReadTx<'_>) -> Result<Vec<SettlementRow>> {
    exec::all(tx, "incentives.settlements", vec![], |row| {
        Ok(SettlementRow {
            id: row.text(0)?,
            from: row.opt_instant(1)?,
            until: row.instant(2)?,
            closed_by: row.text(3)?,
            closed_at: row.instant(4)?,
        })
    })
    .await
}

/// What an order of a profile comes to after all that was given back of it.
pub async fn left_of_order(tx: &mut ReadTx<'_>, part_number: i64, order_no: &str) -> Result<i64> {
    exec::one(tx, "incentives.left_of_order", vec![part_number.into(), order_no.into()], |row| row.i64(0)).await
}

/// Lines of these profiles stay, without the numbers of orders; returns how many there are.
pub async fn blank_orders(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "incentives.blank_orders", parts, |number, binder| binder.i64(*number)).await
}

fn read(row: &Row<'_>) -> Result<LineRow> {
    Ok(LineRow {
        id: row.text(0)?,
        clerk_id: row.text(1)?,
        rule_id: row.text(2)?,
        part_number: row.i64(3)?,
        amount_minor: row.i64(4)?,
        at: row.instant(5)?,
        order_no: row.opt_text(6)?,
        reverses: row.opt_text(7)?,
        settlement_id: row.opt_text(8)?,
    })
}

fn read_sums(row: &Row<'_>) -> Result<SumsRow> {
    Ok(SumsRow { clerk_id: row.text(0)?, awards: row.i64(1)?, reversals: row.i64(2)?, amount_minor: row.i64(3)? })
}
