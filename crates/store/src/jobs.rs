//! Background jobs in the database: enqueued beside the change that causes them, claimed by lease.
//!
//! Table: `jobs`; states `waiting` → `running` → `done`, or back to `waiting`, or `dead`. Invariants: each claim
//! raises `attempt` and `fence`, and every later word about a run names its fence, so that a worker whose lease ran out
//! and was given to another can change nothing (finish, retry and bury are errors then, a heartbeat says no). An
//! attempt may be given back, so two runs can have the same one; a fence is never lowered, so no two have.
//! Of waiting and running jobs at most one has a given dedupe key.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    pub id: String,
    pub name: String,
    pub payload: String,
    /// Higher goes first.
    pub priority: i64,
    pub run_at: i64,
    pub max_attempts: i64,
    pub dedupe_key: Option<String>,
    pub created_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    pub id: String,
    pub name: String,
    pub payload: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    pub priority: i64,
    pub run_at: i64,
    /// 0 before the first claim.
    pub attempt: i64,
    pub max_attempts: i64,
    pub lease_until: Option<i64>,
    pub worker_id: Option<String>,
    pub dedupe_key: Option<String>,
    pub last_error: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
    /// The number of this claim: of each job it only grows.
    pub fence: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    pub waiting: i64,
    pub running: i64,
    pub done: i64,
    pub dead: i64,
}

/// `false` where a waiting or running job has the same dedupe key: nothing is added then.
pub async fn enqueue(tx: &mut WriteTx<'_>, job: &NewJob) -> Result<bool> {
    let binds = vec![
        (&job.id).into(),
        (&job.name).into(),
        (&job.payload).into(),
        job.priority.into(),
        job.run_at.into(),
        job.max_attempts.into(),
        (&job.dedupe_key).into(),
        job.created_at.into(),
    ];
    Ok(exec::execute(tx, "jobs.enqueue", binds).await? == 1)
}

/// Takes the most urgent job of these names that is due at `now` or whose lease has run out (unless that was its
/// last attempt, see [`bury_expired`]). The answer shows the job as it is after the claim.
pub async fn claim(
    tx: &mut WriteTx<'_>,
    names: &[&str],
    worker: &str,
    now: i64,
    lease_until: i64,
) -> Result<Option<JobRow>> {
    let fixed = [worker.into(), now.into(), lease_until.into()];
    let bind = |name: &&str, binder: &mut Binder| binder.text(name);
    let claimed = exec::lookup(tx, "jobs.claim", &fixed, names, bind, read).await?;
    Ok(claimed.into_iter().next())
}

/// Prolongs the lease; `false` tells the worker that the job is no longer its own.
pub async fn heartbeat(tx: &mut WriteTx<'_>, id: &str, fence: i64, lease_until: i64) -> Result<bool> {
    Ok(exec::execute(tx, "jobs.heartbeat", vec![id.into(), fence.into(), lease_until.into()]).await? == 1)
}

pub async fn finish(tx: &mut WriteTx<'_>, id: &str, fence: i64, at: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "jobs.finish", vec![id.into(), fence.into(), at.into()]).await
}

pub async fn retry(tx: &mut WriteTx<'_>, id: &str, fence: i64, run_at: i64, error: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "jobs.retry", vec![id.into(), fence.into(), run_at.into(), error.into()]).await
}

pub async fn bury(tx: &mut WriteTx<'_>, id: &str, fence: i64, at: i64, error: &str) -> Result<()> {
    exec::execute_exactly(tx, 1, "jobs.bury", vec![id.into(), fence.into(), at.into(), error.into()]).await
}

/// Declares jobs dead whose worker was lost on the last attempt; returns them as they are now.
pub async fn bury_expired(tx: &mut WriteTx<'_>, now: i64) -> Result<Vec<JobRow>> {
    exec::all(tx, "jobs.bury_expired", vec![now.into()], read).await
}

/// Waits until `run_at` without having used an attempt: something else does its work just now.
pub async fn postpone(tx: &mut WriteTx<'_>, id: &str, fence: i64, run_at: i64) -> Result<()> {
    exec::execute_exactly(tx, 1, "jobs.postpone", vec![id.into(), fence.into(), run_at.into()]).await
}

/// What a worker that stops had begun waits again, with its attempt given back; returns how many.
pub async fn release(tx: &mut WriteTx<'_>, worker: &str) -> Result<u64> {
    exec::execute(tx, "jobs.release", vec![worker.into()]).await
}

/// A dead job starts over, and is returned; none where it is not dead. A job with the same dedupe key that waits or
/// runs makes this a [`crate::StoreError::Constraint`].
pub async fn requeue(tx: &mut WriteTx<'_>, id: &str, run_at: i64) -> Result<Option<JobRow>> {
    exec::optional(tx, "jobs.requeue", vec![id.into(), run_at.into()], read).await
}

/// Dead jobs of this key are done: another one does their work. Returns how many.
pub async fn end_dead(tx: &mut WriteTx<'_>, dedupe_key: &str, at: i64) -> Result<u64> {
    exec::execute(tx, "jobs.end_dead", vec![dedupe_key.into(), at.into()]).await
}

/// Newest first; `after` is the id of the last row of the page before.
pub async fn list(tx: &mut ReadTx<'_>, state: Option<&str>, after: Option<&str>, limit: i64) -> Result<Vec<JobRow>> {
    match (state, after) {
        (None, None) => exec::all(tx, "jobs.list", vec![limit.into()], read).await,
        (None, Some(after)) => exec::all(tx, "jobs.list_after", vec![limit.into(), after.into()], read).await,
        (Some(state), None) => exec::all(tx, "jobs.list_state", vec![limit.into(), state.into()], read).await,
        (Some(state), Some(after)) => {
            exec::all(tx, "jobs.list_state_after", vec![limit.into(), state.into(), after.into()], read).await
        }
    }
}

pub async fn counts(tx: &mut ReadTx<'_>) -> Result<JobCounts> {
    exec::one(tx, "jobs.counts", vec![], |row| {
        Ok(JobCounts { waiting: row.i64(0)?, running: row.i64(1)?, done: row.i64(2)?, dead: row.i64(3)? })
    })
    .await
}

/// Removes done jobs that ended before that instant; returns how many.
pub async fn purge_done(tx: &mut WriteTx<'_>, before: i64) -> Result<u64> {
    exec::execute(tx, "jobs.purge_done", vec![before.into()]).await
}

fn read(row: &Row<'_>) -> Result<JobRow> {
    Ok(JobRow {
        id: row.text(0)?,
        name: row.text(1)?,
        payload: row.text(2)?,
        state: row.text(3)?,
        priority: row.i64(4)?,
        run_at: row.i64(5)?,
        attempt: row.i64(6)?,
        max_attempts: row.i64(7)?,
        lease_until: row.opt_i64(8)?,
        worker_id: row.opt_text(9)?,
        dedupe_key: row.opt_text(10)?,
        last_error: row.opt_text(11)?,
        created_at: row.i64(12)?,
        finished_at: row.opt_i64(13)?,
        fence: row.i64(14)?,
    })
}
