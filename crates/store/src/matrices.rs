//! Matrices: which content may be shown to which stage of a layer.
//!
//! Table: `matrices`. Invariants: a matrix is changed, published and removed by who knows its version; what is published is a draft
//! as it was. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    pub code: String,
    /// By code.
    pub layer: String,
    pub name: String,
    /// JSON.
    pub contents: String,
    pub version: i64,
    pub created_by: String,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
    pub published: Option<PublishedRow>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRow {
    /// JSON; empty in a list.
    pub contents: String,
    /// Of the draft that it was.
    pub version: i64,
    pub by: String,
    pub at: Instant,
}

/// In version 1; false where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &MatrixRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.layer).into(),
        (&row.name).into(),
        (&row.contents).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "matrices.insert", binds).await? == 1)
}

/// By code, without the contents of what is published.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<MatrixRow>> {
    exec::all(tx, "matrices.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<MatrixRow>> {
    exec::optional(tx, "matrices.get", vec![code.into()], read).await
}

fn read(row: &Row<'_>) -> Result<MatrixRow> {
    let published = match (row.opt_i64(10)?, row.opt_text(11)?, row.opt_instant(12)?) {
        (Some(version), Some(by), Some(at)) => {
            Some(PublishedRow { contents: row.opt_text(9)?.unwrap_or_default(), version, by, at })
        }
        _ => None,
    };
    Ok(MatrixRow {
        code: row.text(0)?,
        layer: row.text(1)?,
        name: row.text(2)?,
        contents: row.text(3)?,
        version: row.i64(4)?,
        created_by: row.text(5)?,
        created_at: row.instant(6)?,
        changed_by: row.text(7)?,
        changed_at: row.instant(8)?,
        published,
    })
}

/// Name and contents, of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &MatrixRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        row.version.into(),
        (&row.name).into(),
        (&row.contents).into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "matrices.update", binds).await? == 1)
}

/// The draft as it is; false where `version` is not the stored one any more.
pub async fn publish(tx: &mut WriteTx<'_>, code: &str, version: i64, by: &str, at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "matrices.publish", vec![code.into(), version.into(), by.into(), at.into()]).await? == 1)
}

/// False where `version` is not the stored one any more.
pub async fn remove(tx: &mut WriteTx<'_>, code: &str, version: i64) -> Result<bool> {
    Ok(exec::execute(tx, "matrices.remove", vec![code.into(), version.into()]).await? == 1)
}
