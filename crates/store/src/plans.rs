//! Tracking plans of sources: draft and frozen versions, and how what comes compares with them.
//!
//! Tables: `plans` (one row a source), `plan_versions` (never changed), `plan_events` and `plan_violations` (counts by
//! hour). Invariants: a plan is changed by version, so that two changes at once cannot overwrite each other; counts are
//! only added to, by whoever holds [`crate::journal::lock_accept`].

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    pub source_id: String,
    /// `observe`, `flag` or `quarantine`.
    pub mode: String,
    /// JSON.
    pub draft: Option<String>,
    /// The version that holds.
    pub frozen_number: Option<i64>,
    pub changed_by: String,
    pub changed_at: Instant,
    pub version: i64,
}

/// Of a plan with a frozen version, what whoever checks must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanHead {
    pub source_id: String,
    pub mode: String,
    pub frozen_number: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanVersionRow {
    pub number: i64,
    pub frozen_by: String,
    pub frozen_at: Instant,
    /// JSON.
    pub document: String,
}

/// Counts of a planned event, of one hour or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCountRow {
    pub event_type: String,
    pub event: String,
    pub facts: i64,
    pub violating: i64,
    pub last_at: Instant,
}

/// What is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViolationKey {
    pub event_type: String,
    pub event: String,
    pub kind: String,
    pub property: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleRow {
    pub at: Instant,
    pub message_id: String,
    pub found: String,
}

/// Counts of a violation, of one hour or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViolationRow {
    pub key: ViolationKey,
    pub facts: i64,
    pub allowed: String,
    pub first: ExampleRow,
    pub last: ExampleRow,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourRow {
    pub hour: i64,
    pub kind: String,
    pub facts: i64,
}

pub async fn get(tx: &mut ReadTx<'_>, source_id: &str) -> Result<Option<PlanRow>> {
    exec::optional(tx, "plans.get", vec![source_id.into()], |row| {
        Ok(PlanRow {
            source_id: row.text(0)?,
            mode: row.text(1)?,
            draft: row.opt_text(2)?,
            frozen_number: row.opt_i64(3)?,
            changed_by: row.text(4)?,
            changed_at: row.instant(5)?,
            version: row.i64(6)?,
        })
    })
    .await
}

/// Of all sources that have a frozen version.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<PlanHead>> {
    exec::all(tx, "plans.list", vec![], |row| {
        Ok(PlanHead { source_id: row.text(0)?, mode: row.text(1)?, frozen_number: row.i64(2)? })
    })
    .await
}

/// The first of a source, as version 1; `false` where there is one.
pub async fn insert(tx: &mut WriteTx<'_>, row: &PlanRow) -> Result<bool> {
    let binds = vec![
        (&row.source_id).into(),
        (&row.mode).into(),
        (&row.draft).into(),
        row.frozen_number.into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "plans.insert", binds).await? == 1)
}

/// Raises the version; `false` where `row.version` is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &PlanRow) -> Result<bool> {
    let binds = vec![
        (&row.source_id).into(),
        row.version.into(),
        (&row.mode).into(),
        (&row.draft).into(),
        row.frozen_number.into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "plans.update", binds).await? == 1)
}

pub async fn insert_version(tx: &mut WriteTx<'_>, source_id: &str, row: &PlanVersionRow) -> Result<()> {
    let binds = vec![
        source_id.into(),
        row.number.into(),
        (&row.frozen_by).into(),
        row.frozen_at.into(),
        (&row.document).into(),
    ];
    exec::execute_exactly(tx, 1, "plans.insert_version", binds).await
}

pub async fn frozen(tx: &mut ReadTx<'_>, source_id: &str, number: i64) -> Result<Option<PlanVersionRow>> {
    exec::optional(tx, "plans.frozen", vec![source_id.into(), number.into()], read_version).await
}

/// Those with a smaller number, the newest first.
pub async fn versions(
    tx: &mut ReadTx<'_>,
    source_id: &str,
    before_number: i64,
    limit: i64,
) -> Result<Vec<PlanVersionRow>> {
    let binds = vec![source_id.into(), before_number.into(), limit.into()];
    exec::all(tx, "plans.versions", binds, read_version).await
}

fn read_version(row: &Row<'_>) -> Result<PlanVersionRow> {
    Ok(PlanVersionRow {
        number: row.i64(0)?,
        frozen_by: row.text(1)?,
        frozen_at: row.instant(2)?,
        document: row.text(3)?,
    })
}

/// Adds to what was counted in that hour; an event may stand only once in `rows`.
pub async fn add_events(tx: &mut WriteTx<'_>, source_id: &str, hour: i64, rows: &[EventCountRow]) -> Result<()> {
    let touched = exec::bulk(tx, "plans.add_events", rows, |row, binder| {
        binder.text(source_id);
        binder.i64(hour);
        binder.text(&row.event_type);
        binder.text(&row.event);
        binder.i64(row.facts);
        binder.i64(row.violating);
        binder.i64(row.last_at.0);
    })
    .await?;
    exec::expect_rows("plans.add_events", rows.len(), touched)
}

/// From that hour on, altogether.
pub async fn event_counts(tx: &mut ReadTx<'_>, source_id: &str, from_hour: i64) -> Result<Vec<EventCountRow>> {
    exec::all(tx, "plans.event_counts", vec![source_id.into(), from_hour.into()], |row| {
        Ok(EventCountRow {
            event_type: row.text(0)?,
            event: row.text(1)?,
            facts: row.i64(2)?,
            violating: row.i64(3)?,
            last_at: row.instant(4)?,
        })
    })
    .await
}

/// What was counted in that hour.
pub async fn violation_keys(tx: &mut ReadTx<'_>, source_id: &str, hour: i64) -> Result<Vec<ViolationKey>> {
    exec::all(tx, "plans.violation_keys", vec![source_id.into(), hour.into()], read_key).await
}

/// Adds to what was counted in that hour; a key may stand only once in `rows`. The first example stays.
pub async fn add_violations(tx: &mut WriteTx<'_>, source_id: &str, hour: i64, rows: &[ViolationRow]) -> Result<()> {
    let touched = exec::bulk(tx, "plans.add_violations", rows, |row, binder| {
        binder.text(source_id);
        binder.i64(hour);
        binder.text(&row.key.event_type);
        binder.text(&row.key.event);
        binder.text(&row.key.kind);
        binder.text(&row.key.property);
        binder.i64(row.facts);
        binder.text(&row.allowed);
        binder.i64(row.first.at.0);
        binder.text(&row.first.message_id);
        binder.text(&row.first.found);
        binder.i64(row.last.at.0);
        binder.text(&row.last.message_id);
        binder.text(&row.last.found);
    })
    .await?;
    exec::expect_rows("plans.add_violations", rows.len(), touched)
}

/// From that hour on, altogether: those of most facts first.
pub async fn violations(tx: &mut ReadTx<'_>, source_id: &str, from_hour: i64, limit: i64) -> Result<Vec<ViolationRow>> {
    let binds = vec![source_id.into(), from_hour.into(), limit.into()];
    exec::all(tx, "plans.violations", binds, |row| {
        Ok(ViolationRow {
            key: read_key(row)?,
            facts: row.i64(4)?,
            allowed: row.text(5)?,
            first: ExampleRow { at: row.instant(6)?, message_id: row.text(7)?, found: row.text(8)? },
            last: ExampleRow { at: row.instant(9)?, message_id: row.text(10)?, found: row.text(11)? },
        })
    })
    .await
}

fn read_key(row: &Row<'_>) -> Result<ViolationKey> {
    Ok(ViolationKey { event_type: row.text(0)?, event: row.text(1)?, kind: row.text(2)?, property: row.text(3)? })
}

/// From that hour on, the oldest first; hours without any are left out.
pub async fn violations_by_hour(tx: &mut ReadTx<'_>, source_id: &str, from_hour: i64) -> Result<Vec<HourRow>> {
    exec::all(tx, "plans.violations_by_hour", vec![source_id.into(), from_hour.into()], |row| {
        Ok(HourRow { hour: row.i64(0)?, kind: row.text(1)?, facts: row.i64(2)? })
    })
    .await
}

/// Forgets the counts of earlier hours, of all sources; returns how many rows.
pub async fn forget_before(tx: &mut WriteTx<'_>, hour: i64) -> Result<u64> {
    let events = exec::execute(tx, "plans.forget_events_before", vec![hour.into()]).await?;
    Ok(events + exec::execute(tx, "plans.forget_violations_before", vec![hour.into()]).await?)
}
