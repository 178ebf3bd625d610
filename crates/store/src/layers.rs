//! Layers with all their versions, and which segments are their stages.
//!
//! Tables: `layers`, `layer_versions` (all that ever were), `layer_stages`. Invariants: a layer is changed by who knows its
//! version; versions are only added; a segment is a stage of one layer at most, and stays it. Rules are JSON and opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

/// What a version of a layer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerVersionRow {
    pub version: i64,
    pub name: String,
    pub description: String,
    /// JSON; none: everybody.
    pub base: Option<String>,
    /// JSON.
    pub stages: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// A layer with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    pub code: String,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub newest: LayerVersionRow,
}

/// With its first version; false where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &LayerRow) -> Result<bool> {
    let binds = vec![(&row.code).into(), (&row.created_by).into(), row.created_at.into()];
    if exec::execute(tx, "layers.insert", binds).await? != 1 {
        return Ok(false);
    }
    add_version(tx, &row.code, 1, &row.newest).await?;
    Ok(true)
}

/// Adds the version behind that of `row`; false where that is not the stored one any more.
pub async fn advance(tx: &mut WriteTx<'_>, code: &str, row: &LayerVersionRow) -> Result<bool> {
    if exec::execute(tx, "layers.advance", vec![code.into(), row.version.into()]).await? != 1 {
        return Ok(false);
    }
    add_version(tx, code, row.version + 1, row).await?;
    Ok(true)
}

async fn add_version(tx: &mut WriteTx<'_>, code: &str, version: i64, row: &LayerVersionRow) -> Result<()> {
    let binds = vec![
        code.into(),
        version.into(),
        (&row.name).into(),
        (&row.description).into(),
        (&row.base).into(),
        (&row.stages).into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    exec::execute_exactly(tx, 1, "layers.add_version", binds).await
}

pub async fn set_archived(tx: &mut WriteTx<'_>, code: &str, at: Option<Instant>) -> Result<()> {
    exec::execute_exactly(tx, 1, "layers.set_archived", vec![code.into(), at.into()]).await
}

/// By code, the archived ones too.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<LayerRow>> {
    exec::all(tx, "layers.all", vec![], |row| {
        Ok(LayerRow {
            code: row.text(0)?,
            archived_at: row.opt_instant(2)?,
            created_by: row.text(3)?,
            created_at: row.instant(4)?,
            newest: LayerVersionRow {
                version: row.i64(1)?,
                name: row.text(5)?,
                description: row.text(6)?,
                base: row.opt_text(7)?,
                stages: row.text(8)?,
                changed_by: row.text(9)?,
                changed_at: row.instant(10)?,
            },
        })
    })
    .await
}

/// The version that held at an instant; none before the first.
pub async fn version_at(tx: &mut ReadTx<'_>, code: &str, at: Instant) -> Result<Option<LayerVersionRow>> {
    exec::optional(tx, "layers.version_at", vec![code.into(), at.into()], |row| {
        Ok(LayerVersionRow {
            version: row.i64(0)?,
            name: row.text(1)?,
            description: row.text(2)?,
            base: row.opt_text(3)?,
            stages: row.text(4)?,
            changed_by: row.text(5)?,
            changed_at: row.instant(6)?,
        })
    })
    .await
}

/// From now on these segments are stages of the layer.
pub async fn add_stages(tx: &mut WriteTx<'_>, layer: &str, segments: &[String]) -> Result<()> {
    exec::bulk(tx, "layers.add_stages", segments, |segment, binder| {
        binder.text(segment);
        binder.text(layer);
    })
    .await
    .map(|_| ())
}

/// Segments that are or were a stage, each with its layer, by segment.
pub async fn stages(tx: &mut ReadTx<'_>) -> Result<Vec<(String, String)>> {
    exec::all(tx, "layers.stages", vec![], |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// The layer of which this segment is or was a stage.
pub async fn of_segment(tx: &mut ReadTx<'_>, segment: &str) -> Result<Option<String>> {
    exec::optional(tx, "layers.of_segment", vec![segment.into()], |row| row.text(0)).await
}
