//! In which order plans are chosen, and what was decided for whom.
//!
//! Tables: `plan_priorities` (all versions that ever were), `plan_decisions` (by profile). Invariants: versions of the table are only
//! added, each behind the one that was read; a decision never changes. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrioritiesRow {
    pub version: i64,
    /// JSON.
    pub entries: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    pub id: String,
    pub part_number: i64,
    pub at: Instant,
    /// Of what was known of the customer.
    pub as_of: Instant,
    /// Of the priorities that decided.
    pub table_version: i64,
    /// JSON.
    pub decision: String,
    pub decided_by: String,
}

/// Another version; false where there is one of this number.
pub async fn insert(tx: &mut WriteTx<'_>, row: &PrioritiesRow) -> Result<bool> {
    let binds = vec![row.version.into(), (&row.entries).into(), (&row.changed_by).into(), row.changed_at.into()];
    Ok(exec::execute(tx, "priorities.insert", binds).await? == 1)
}

/// None before the first change.
pub async fn current(tx: &mut ReadTx<'_>) -> Result<Option<PrioritiesRow>> {
    exec::optional(tx, "priorities.current", vec![], read_priorities).await
}

pub async fn version(tx: &mut ReadTx<'_>, version: i64) -> Result<Option<PrioritiesRow>> {
    exec::optional(tx, "priorities.version", vec![version.into()], read_priorities).await
}

fn read_priorities(row: &Row<'_>) -> Result<PrioritiesRow> {
    Ok(PrioritiesRow {
        version: row.i64(0)?,
        entries: row.text(1)?,
        changed_by: row.text(2)?,
        changed_at: row.instant(3)?,
    })
}

/// Adds a decision; of its profile the newest `kept` stay.
pub async fn add_decision(tx: &mut WriteTx<'_>, row: &DecisionRow, kept: i64) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        row.part_number.into(),
        row.at.into(),
        row.as_of.into(),
        row.table_version.into(),
        (&row.decision).into(),
        (&row.decided_by).into(),
    ];
    exec::execute_exactly(tx, 1, "priorities.add_decision", binds).await?;
    // Mostly there is nothing behind them.
    exec::execute(tx, "priorities.trim_decisions", vec![row.part_number.into(), kept.into()]).await.map(|_| ())
}

/// Of these profiles, the newest first, before an instant and id.
pub async fn decisions(
    tx: &mut ReadTx<'_>,
    parts: &[i64],
    before: Option<(Instant, &str)>,
    limit: i64,
) -> Result<Vec<DecisionRow>> {
    let mut binds: Vec<Bind> = Vec::new();
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let listed: Vec<String> = parts.iter().map(|part| parameter((*part).into())).collect();
    let mut conditions = format!("part_number IN ({})", listed.join(", "));
    if let Some((at, id)) = before {
        let (at, id) = (parameter(at.into()), parameter(id.into()));
        conditions.push_str(&format!(" AND (at, id) < ({at}, {id})"));
    }
    let limit = parameter(limit.into());
    let text = format!(
        "SELECT id, part_number, at, as_of, table_version, decision, decided_by FROM plan_decisions \
         WHERE {conditions} ORDER BY at DESC, id DESC LIMIT {limit}"
    );
    exec::built(tx, text, &binds, read_decision).await
}

/// All of these profiles, the newest first.
pub async fn decisions_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<DecisionRow>> {
    let bind = |part: &i64, binder: &mut Binder| binder.i64(*part);
    let mut rows = exec::lookup(tx, "priorities.decisions_of_parts", &[], parts, bind, read_decision).await?;
    rows.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    Ok(rows)
}

fn read_decision(row: &Row<'_>) -> Result<DecisionRow> {
    Ok(DecisionRow {
        id: row.text(0)?,
        part_number: row.i64(1)?,
        at: row.instant(2)?,
        as_of: row.instant(3)?,
        table_version: row.i64(4)?,
        decision: row.text(5)?,
        decided_by: row.text(6)?,
    })
}

/// Returns how many there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "priorities.remove_of_parts", parts, |part, binder| binder.i64(*part)).await
}
