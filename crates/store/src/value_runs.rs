//! Runs of the value model: asked for, running, done with a result, or failed.
//!
//! Table: `value_runs`. A run that is done never changes again, but for its result, which may be dropped: finishing it
//! then is an error. One that failed may start over. One runs at a time, under a lease that it prolongs. JSON is opaque
//! here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::row::Row;
use crate::{exec, sequences};

#[derive(Clone, Debug, PartialEq)]
pub struct ValueRunRow {
    pub id: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    pub requested: String,
    /// Not read by [`list`]: it is large.
    pub result: Option<String>,
    pub as_of_day: Option<i64>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    /// 0 to 1.
    pub progress: f64,
    pub error: Option<String>,
}

/// A new run in state `queued`.
pub async fn insert(tx: &mut WriteTx<'_>, id: &str, requested: &str, at: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "value_runs.insert", vec![id.into(), requested.into(), at.into()]).await
}

/// Whoever begins a run, or puts its values in place, locks this row until the commit.
const ONE_AT_A_TIME: &str = "value_run";

/// Keeps others from beginning a run, and from putting values in place, until the end of this transaction.
pub async fn lock(tx: &mut WriteTx<'_>) -> Result<()> {
    sequences::reserve(tx, ONE_AT_A_TIME, 0).await.map(|_| ())
}

/// Also for a run that a lost worker had begun, or that failed. `false` where it is done, or another one runs.
pub async fn start(tx: &mut WriteTx<'_>, id: &str, at: i64, lease_until: i64) -> Result<bool> {
    lock(tx).await?;
    Ok(exec::execute(tx, "value_runs.start", vec![id.into(), at.into(), lease_until.into()]).await? == 1)
}

/// The run's process lives. `false` where it does not run any more.
pub async fn prolong(tx: &mut WriteTx<'_>, id: &str, lease_until: i64) -> Result<bool> {
    Ok(exec::execute(tx, "value_runs.prolong", vec![id.into(), lease_until.into()]).await? == 1)
}

pub async fn update_progress(tx: &mut WriteTx<'_>, id: &str, progress: f64) -> Result<()> {
    exec::execute_exactly(tx, 1, "value_runs.update_progress", vec![id.into(), progress.into()]).await
}

/// `seen_sequence`: up to which of the applied blocks it looked at facts.
pub async fn finish(
    tx: &mut WriteTx<'_>,
    id: &str,
    result: &str,
    as_of_day: i64,
    at: i64,
    seen_sequence: i64,
) -> Result<()> {
    let binds = vec![id.into(), result.into(), as_of_day.into(), at.into(), seen_sequence.into()];
    exec::execute_exactly(tx, 1, "value_runs.finish", binds).await
}

pub async fn fail(tx: &mut WriteTx<'_>, id: &str, error: &str, at: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "value_runs.fail", vec![id.into(), error.into(), at.into()]).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<ValueRunRow>> {
    exec::optional(tx, "value_runs.get", vec![id.into()], read).await
}

/// The run that the rows of `customer_values` are of.
pub async fn current(tx: &mut ReadTx<'_>) -> Result<Option<ValueRunRow>> {
    exec::optional(tx, "value_runs.current", vec![], read).await
}

/// The day that the rows of `customer_values` are as of; without the large result.
pub async fn current_day(tx: &mut ReadTx<'_>) -> Result<Option<i64>> {
    Ok(exec::optional(tx, "value_runs.current_day", vec![], |row| row.opt_i64(0)).await?.flatten())
}

/// When the run began that the rows of `customer_values` are of, and up to which applied block it looked at facts.
pub async fn current_began(tx: &mut ReadTx<'_>) -> Result<Option<(Option<i64>, Option<i64>)>> {
    exec::optional(tx, "value_runs.current_began", vec![], |row| Ok((row.opt_i64(0)?, row.opt_i64(1)?))).await
}

/// Marks unfinished runs as failed that no job will do and whose lease has run out: their process has ended. Returns
/// how many. A process that still lives finishes its run all the same.
pub async fn fail_abandoned(tx: &mut WriteTx<'_>, at: i64, error: &str) -> Result<u64> {
    exec::execute(tx, "value_runs.fail_abandoned", vec![at.into(), error.into()]).await
}

/// The oldest run that waits with this request.
pub async fn find_queued(tx: &mut ReadTx<'_>, requested: &str) -> Result<Option<ValueRunRow>> {
    exec::optional(tx, "value_runs.find_queued", vec![requested.into()], read).await
}

/// Drops the large results of runs that ended before that instant, but that of the rows of `customer_values`. Returns
/// how many.
pub async fn drop_results(tx: &mut WriteTx<'_>, before: i64) -> Result<u64> {
    exec::execute(tx, "value_runs.drop_results", vec![before.into()]).await
}

/// Newest first, without results; `after` is the id of the last row of the page before.
pub async fn list(tx: &mut ReadTx<'_>, after: Option<&str>, limit: i64) -> Result<Vec<ValueRunRow>> {
    match after {
        None => exec::all(tx, "value_runs.list", vec![limit.into()], read).await,
        Some(after) => exec::all(tx, "value_runs.list_after", vec![limit.into(), after.into()], read).await,
    }
}

fn read(row: &Row<'_>) -> Result<ValueRunRow> {
    Ok(ValueRunRow {
        id: row.text(0)?,
        state: row.text(1)?,
        requested: row.text(2)?,
        result: row.opt_text(3)?,
        as_of_day: row.opt_i64(4)?,
        created_at: row.i64(5)?,
        started_at: row.opt_i64(6)?,
        finished_at: row.opt_i64(7)?,
        progress: row.f64(8)?,
        error: row.opt_text(9)?,
    })
}
