//! The brand's settings: one row of JSON with a version that grows by one with each change, and further documents of that
//! kind by their names. And a row with the id of the workspace, which the history that belongs to this database carries too.
//!
//! Table: `settings`. Callers may rely on: a put that names a version changes nothing when somebody was faster; the id
//! of the workspace never changes.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;

/// The JSON and its version.
pub async fn get(tx: &mut ReadTx<'_>) -> Result<Option<(String, i64)>> {
    exec::optional(tx, "settings.get", vec![], |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// Nobody else changes the settings until the end of this transaction.
pub async fn lock(tx: &mut WriteTx<'_>) -> Result<()> {
    exec::optional(tx, "settings.lock", vec![], |row| row.i64(0)).await.map(|_| ())
}

/// `expected_version`: `None` where there must not be any settings yet, a number to replace that version only.
/// `false` means that the expectation did not hold and nothing changed.
pub async fn put(tx: &mut WriteTx<'_>, json: &str, expected_version: Option<i64>) -> Result<bool> {
    let touched = match expected_version {
        None => exec::execute(tx, "settings.insert", vec![json.into()]).await?,
        Some(version) => exec::execute(tx, "settings.replace", vec![json.into(), version.into()]).await?,
    };
    Ok(touched == 1)
}

/// A document beside the settings, and its version.
pub async fn document(tx: &mut ReadTx<'_>, name: &str) -> Result<Option<(String, i64)>> {
    exec::optional(tx, "settings.document", vec![name.into()], |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// [`put`] of such a document.
pub async fn put_document(tx: &mut WriteTx<'_>, name: &str, json: &str, expected_version: Option<i64>) -> Result<bool> {
    let binds = vec![name.into(), json.into()];
    let touched = match expected_version {
        None => exec::execute(tx, "settings.insert_document", binds).await?,
        Some(version) => {
            let binds = binds.into_iter().chain([version.into()]).collect();
            exec::execute(tx, "settings.replace_document", binds).await?
        }
    };
    Ok(touched == 1)
}

/// `None` before the workspace was opened first.
pub async fn workspace_id(tx: &mut ReadTx<'_>) -> Result<Option<String>> {
    exec::optional(tx, "settings.workspace_id", vec![], |row| row.text(0)).await
}

/// `false` where there is one already: it stays.
pub async fn put_workspace_id(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "settings.put_workspace_id", vec![id.into()]).await? == 1)
}
