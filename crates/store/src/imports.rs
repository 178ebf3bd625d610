//! Imports: what was asked, how far it is, what came of it.
//!
//! Table: `imports`. Invariant: an import that is finished (`finished_at` is set) never changes again, unless it
//! failed and is reopened, so every change of it is an error then; a worker that comes late cannot overwrite a result.
//! Only the result of a failed one still grows: what it had accepted is applied all the same. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    pub id: String,
    pub kind: String,
    /// `queued`, `reading`, `applying`, `done`, `cancelled` or `failed`.
    pub state: String,
    pub fingerprint: String,
    pub request: String,
    pub progress: String,
    pub result: Option<String>,
    pub error: Option<String>,
    /// Where a worker that takes over goes on; its meaning is the caller's.
    pub step: i64,
    pub cancel_requested: bool,
    pub dry_run: bool,
    pub created_by: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

pub async fn insert(tx: &mut WriteTx<'_>, import: &ImportRow) -> Result<()> {
    let binds = vec![
        (&import.id).into(),
        (&import.kind).into(),
        (&import.state).into(),
        (&import.fingerprint).into(),
        (&import.request).into(),
        (&import.progress).into(),
        (&import.result).into(),
        (&import.error).into(),
        import.step.into(),
        import.cancel_requested.into(),
        import.dry_run.into(),
        (&import.created_by).into(),
        import.created_at.into(),
        import.started_at.into(),
        import.finished_at.into(),
    ];
    exec::execute_exactly(tx, 1, "imports.insert", binds).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<ImportRow>> {
    exec::optional(tx, "imports.get", vec![id.into()], read).await
}

/// Newest first; `after` is the id of the last row of the page before.
pub async fn list(tx: &mut ReadTx<'_>, after: Option<&str>, limit: i64) -> Result<Vec<ImportRow>> {
    match after {
        None => exec::all(tx, "imports.list", vec![limit.into()], read).await,
        Some(after) => exec::all(tx, "imports.list_after", vec![limit.into(), after.into()], read).await,
    }
}

/// Replaces state, error and the instants of start and end together; an end makes the row final.
pub async fn update_state(
    tx: &mut WriteTx<'_>,
    id: &str,
    state: &str,
    error: Option<&str>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
) -> Result<()> {
    let binds: Vec<Bind> = vec![id.into(), state.into(), error.into(), started_at.into(), finished_at.into()];
    exec::execute_exactly(tx, 1, "imports.update_state", binds).await
}

pub async fn update_step(tx: &mut WriteTx<'_>, id: &str, step: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "imports.update_step", vec![id.into(), step.into()]).await
}

pub async fn update_progress(tx: &mut WriteTx<'_>, id: &str, progress: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "imports.update_progress", vec![id.into(), progress.into()]).await
}

pub async fn update_result(tx: &mut WriteTx<'_>, id: &str, result: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "imports.update_result", vec![id.into(), result.into()]).await
}

/// A failed import goes on where it was; returns whether it had failed.
pub async fn reopen(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "imports.reopen", vec![id.into()]).await? == 1)
}

/// `false` where the import does not exist or has ended.
pub async fn request_cancel(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "imports.request_cancel", vec![id.into()]).await? == 1)
}

/// An import of the same files and settings that has not ended.
pub async fn find_unfinished(tx: &mut ReadTx<'_>, fingerprint: &str) -> Result<Option<ImportRow>> {
    exec::optional(tx, "imports.find_unfinished", vec![fingerprint.into()], read).await
}

/// A failed import of the same files and settings of which the journal has a block aside.
pub async fn find_set_aside(tx: &mut ReadTx<'_>, fingerprint: &str) -> Result<Option<ImportRow>> {
    exec::optional(tx, "imports.find_set_aside", vec![fingerprint.into()], read).await
}

/// Those that have not ended, and those that failed at that instant or later, oldest first.
pub async fn may_go_on(tx: &mut ReadTx<'_>, failed_since: i64) -> Result<Vec<ImportRow>> {
    exec::all(tx, "imports.may_go_on", vec![failed_since.into()], read).await
}

/// All that have not ended, oldest first.
pub async fn unfinished(tx: &mut ReadTx<'_>) -> Result<Vec<ImportRow>> {
    exec::all(tx, "imports.unfinished", vec![], read).await
}

/// The latest that is done (trial runs aside).
pub async fn latest_done(tx: &mut ReadTx<'_>) -> Result<Option<ImportRow>> {
    exec::optional(tx, "imports.latest_done", vec![], read).await
}

fn read(row: &Row<'_>) -> Result<ImportRow> {
    Ok(ImportRow {
        id: row.text(0)?,
        kind: row.text(1)?,
        state: row.text(2)?,
        fingerprint: row.text(3)?,
        request: row.text(4)?,
        progress: row.text(5)?,
        result: row.opt_text(6)?,
        error: row.opt_text(7)?,
        step: row.i64(8)?,
        cancel_requested: row.bool(9)?,
        dry_run: row.bool(10)?,
        created_by: row.text(11)?,
        created_at: row.i64(12)?,
        started_at: row.opt_i64(13)?,
        finished_at: row.opt_i64(14)?,
    })
}
