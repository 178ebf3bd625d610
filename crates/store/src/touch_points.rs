//! Touch-points: the registry, how many facts came through each, and when profiles did something first.
//!
//! Tables: `touch_points` (the preset ones come with the schema), `touch_point_counts` (by source and UTC day; `''` counts
//! facts that name none), `profile_firsts`. Firsts do not depend on the order of arrival, and belong to profiles: of a
//! customer of several, the earliest holds.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchPointRow {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub is_preset: bool,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// Facts of one touch-point, source and day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCount {
    pub touch_point: String,
    pub source_id: String,
    /// Days since 1970, in UTC.
    pub day: i64,
    pub facts: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalRow {
    pub touch_point: String,
    pub source_id: String,
    pub facts: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstRow {
    pub part_number: i64,
    /// `met`, `followed` or `registered`.
    pub what: &'static str,
    pub at: i64,
    /// Empty: the fact named none.
    pub touch_point: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstCountRow {
    pub what: String,
    pub touch_point: String,
    pub customers: i64,
}

/// The preset ones first, then the oldest.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<TouchPointRow>> {
    exec::all(tx, "touch_points.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<TouchPointRow>> {
    exec::optional(tx, "touch_points.get", vec![code.into()], read).await
}

fn read(row: &Row<'_>) -> Result<TouchPointRow> {
    Ok(TouchPointRow {
        code: row.text(0)?,
        name_zh: row.text(1)?,
        name_en: row.text(2)?,
        is_preset: row.bool(3)?,
        archived_at: row.opt_instant(4)?,
        created_by: row.text(5)?,
        created_at: row.instant(6)?,
        version: row.i64(7)?,
    })
}

/// False where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &TouchPointRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "touch_points.insert", binds).await? == 1)
}

/// Writes names and archive of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &TouchPointRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        row.version.into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "touch_points.update", binds).await? == 1)
}

/// Adds to what was counted; a touch-point, source and day may stand only once in `rows`.
pub async fn add_counts(tx: &mut WriteTx<'_>, rows: &[NewCount]) -> Result<()> {
    let touched = exec::bulk(tx, "touch_points.add_counts", rows, |row, binder| {
        binder.text(&row.touch_point);
        binder.text(&row.source_id);
        binder.i64(row.day);
        binder.i64(row.facts);
        binder.i64(row.last_at.0);
    })
    .await?;
    exec::expect_rows("touch_points.add_counts", rows.len(), touched)
}

pub async fn totals(tx: &mut ReadTx<'_>) -> Result<Vec<TotalRow>> {
    exec::all(tx, "touch_points.totals", vec![], |row| {
        Ok(TotalRow {
            touch_point: row.text(0)?,
            source_id: row.text(1)?,
            facts: row.i64(2)?,
            last_at: row.instant(3)?,
        })
    })
    .await
}

/// Keeps the earlier of what is there and these; a profile may stand only once for each thing.
pub async fn add_firsts(tx: &mut WriteTx<'_>, rows: &[FirstRow]) -> Result<()> {
    exec::bulk(tx, "touch_points.add_firsts", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(row.what);
        binder.i64(row.at);
        binder.text(&row.touch_point);
    })
    .await?;
    Ok(())
}

/// Removes what these profiles did first; returns how many rows there were.
pub async fn remove_firsts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "touch_points.remove_firsts", parts, |part, binder| binder.i64(*part)).await
}

/// How many customers did each thing first at which touch-point.
pub async fn customers_by_first(tx: &mut ReadTx<'_>) -> Result<Vec<FirstCountRow>> {
    exec::all(tx, "touch_points.customers_by_first", vec![], |row| {
        Ok(FirstCountRow { what: row.text(0)?, touch_point: row.text(1)?, customers: row.i64(2)? })
    })
    .await
}
