//! Files that were uploaded and wait to be imported.
//!
//! Table: `uploads`. The file itself lies at `path`; whoever removes the row removes the file.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadRow {
    pub id: String,
    pub name: String,
    pub size_bytes: i64,
    pub path: String,
    pub created_by: String,
    pub created_at: i64,
}

pub async fn insert(tx: &mut WriteTx<'_>, upload: &UploadRow) -> Result<()> {
    let binds = vec![
        (&upload.id).into(),
        (&upload.name).into(),
        upload.size_bytes.into(),
        (&upload.path).into(),
        (&upload.created_by).into(),
        upload.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "uploads.insert", binds).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<UploadRow>> {
    exec::optional(tx, "uploads.get", vec![id.into()], read).await
}

/// `false` where there is none.
pub async fn remove(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "uploads.remove", vec![id.into()]).await? == 1)
}

/// The oldest uploads from before that instant; `after` is the last one of the page before.
pub async fn created_before(
    tx: &mut ReadTx<'_>,
    at: i64,
    after: Option<&UploadRow>,
    limit: i64,
) -> Result<Vec<UploadRow>> {
    let (after_at, after_id) = after.map_or((i64::MIN, ""), |row| (row.created_at, row.id.as_str()));
    let binds = vec![at.into(), limit.into(), after_at.into(), after_id.into()];
    exec::all(tx, "uploads.created_before", binds, read).await
}

fn read(row: &Row<'_>) -> Result<UploadRow> {
    Ok(UploadRow {
        id: row.text(0)?,
        name: row.text(1)?,
        size_bytes: row.i64(2)?,
        path: row.text(3)?,
        created_by: row.text(4)?,
        created_at: row.i64(5)?,
    })
}
