//! Segments with all their versions, and which events and properties have been seen.
//!
//! Tables: `segments`, `segment_versions` (all that ever were), `seen_properties`. Invariants: a segment is changed by who
//! knows its version; versions are only added; of what was seen the first type stays. Rules are JSON and opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::time::Instant;

/// What a version of a segment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    pub version: i64,
    pub name: String,
    pub description: String,
    /// JSON.
    pub rule: String,
    pub digest: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// A segment with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentRow {
    pub code: String,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub newest: VersionRow,
}

/// Of a kind of facts, or of an event, a property; an empty one stands for the fact itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenRow {
    pub kind: String,
    pub event: String,
    pub property: String,
    pub value_type: String,
}

/// With its first version; false where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &SegmentRow) -> Result<bool> {
    let binds = vec![(&row.code).into(), (&row.created_by).into(), row.created_at.into()];
    if exec::execute(tx, "segments.insert", binds).await? != 1 {
        return Ok(false);
    }
    add_version(tx, &row.code, 1, &row.newest).await?;
    Ok(true)
}

/// Adds the version behind that of `row`; false where that is not the stored one any more.
pub async fn advance(tx: &mut WriteTx<'_>, code: &str, row: &VersionRow) -> Result<bool> {
    if exec::execute(tx, "segments.advance", vec![code.into(), row.version.into()]).await? != 1 {
        return Ok(false);
    }
    add_version(tx, code, row.version + 1, row).await?;
    Ok(true)
}

async fn add_version(tx: &mut WriteTx<'_>, code: &str, version: i64, row: &VersionRow) -> Result<()> {
    let binds = vec![
        code.into(),
        version.into(),
        (&row.name).into(),
        (&row.description).into(),
        (&row.rule).into(),
        (&row.digest).into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    exec::execute_exactly(tx, 1, "segments.add_version", binds).await
}

pub async fn set_archived(tx: &mut WriteTx<'_>, code: &str, at: Option<Instant>) -> Result<()> {
    exec::execute_exactly(tx, 1, "segments.set_archived", vec![code.into(), at.into()]).await
}

/// By code, the archived ones too.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<SegmentRow>> {
    exec::all(tx, "segments.all", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<SegmentRow>> {
    exec::optional(tx, "segments.get", vec![code.into()], read).await
}

fn read(row: &Row<'_>) -> Result<SegmentRow> {
    Ok(SegmentRow {
        code: row.text(0)?,
        archived_at: row.opt_instant(2)?,
        created_by: row.text(3)?,
        created_at: row.instant(4)?,
        newest: VersionRow {
            version: row.i64(1)?,
            name: row.text(5)?,
            description: row.text(6)?,
            rule: row.text(7)?,
            digest: row.text(8)?,
            changed_by: row.text(9)?,
            changed_at: row.instant(10)?,
        },
    })
}

/// Versions of a segment before one, the newest first.
pub async fn versions(tx: &mut ReadTx<'_>, code: &str, before: i64, limit: i64) -> Result<Vec<VersionRow>> {
    exec::all(tx, "segments.versions", vec![code.into(), before.into(), limit.into()], |row| {
        Ok(VersionRow {
            version: row.i64(0)?,
            name: row.text(1)?,
            description: row.text(2)?,
            rule: row.text(3)?,
            digest: row.text(4)?,
            changed_by: row.text(5)?,
            changed_at: row.instant(6)?,
        })
    })
    .await
}

/// By kind, event and property.
pub async fn seen(tx: &mut ReadTx<'_>) -> Result<Vec<SeenRow>> {
    exec::all(tx, "segments.seen", vec![], read_seen).await
}

/// What was seen of these kinds and events, in no particular order.
pub async fn seen_of(tx: &mut ReadTx<'_>, events: &[(String, String)]) -> Result<Vec<SeenRow>> {
    let bind = |(kind, event): &(String, String), binder: &mut Binder| {
        binder.text(kind);
        binder.text(event);
    };
    exec::lookup(tx, "segments.seen_of", &[], events, bind, read_seen).await
}

fn read_seen(row: &Row<'_>) -> Result<SeenRow> {
    Ok(SeenRow { kind: row.text(0)?, event: row.text(1)?, property: row.text(2)?, value_type: row.text(3)? })
}

pub async fn count_seen(tx: &mut ReadTx<'_>) -> Result<i64> {
    exec::one(tx, "segments.count_seen", vec![], |row| row.i64(0)).await
}

/// What is there already stays as it is.
pub async fn add_seen(tx: &mut WriteTx<'_>, rows: &[SeenRow], at: Instant) -> Result<()> {
    exec::bulk(tx, "segments.add_seen", rows, |row, binder| {
        binder.text(&row.kind);
        binder.text(&row.event);
        binder.text(&row.property);
        binder.text(&row.value_type);
        binder.i64(at.0);
    })
    .await
    .map(|_| ())
}
