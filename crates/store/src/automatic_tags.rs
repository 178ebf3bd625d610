//! Tags that follow a segment.
//!
//! Table: `automatic_tags`. A tag follows one segment at most; several tags may follow the same.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomaticTagRow {
    pub tag: String,
    pub segment: String,
    pub created_by: String,
    pub created_at: Instant,
}

/// By tag.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<AutomaticTagRow>> {
    exec::all(tx, "automatic_tags.all", vec![], |row| {
        Ok(AutomaticTagRow {
            tag: row.text(0)?,
            segment: row.text(1)?,
            created_by: row.text(2)?,
            created_at: Instant(row.i64(3)?),
        })
    })
    .await
}

/// The tag follows this segment from now on, whichever it followed before.
pub async fn put(tx: &mut WriteTx<'_>, row: &AutomaticTagRow) -> Result<()> {
    let AutomaticTagRow { tag, segment, created_by, created_at } = row;
    let binds = vec![tag.as_str().into(), segment.as_str().into(), created_by.as_str().into(), created_at.0.into()];
    exec::execute_exactly(tx, 1, "automatic_tags.put", binds).await
}

/// Whether it followed one.
pub async fn remove(tx: &mut WriteTx<'_>, tag: &str) -> Result<bool> {
    Ok(exec::execute(tx, "automatic_tags.remove", vec![tag.into()]).await? == 1)
}
