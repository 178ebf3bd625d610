//! The brand's settings: one row of JSON with a version that grows by one with each change.
//!
//! Table: `settings`. Callers may rely on: a put that names a version changes nothing when somebody was faster.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;

/// The JSON and its version.
pub async fn get(tx: &mut ReadTx<'_>) -> Result<Option<(String, i64)>> {
    exec::optional(tx, "settings.get", vec![], |row| Ok((row.text(0)?, row.i64(1)?))).await
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
