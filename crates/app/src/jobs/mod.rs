//! Durable work: enqueued in the transaction of what causes it, run under a lease, retried, or buried.
//!
//! Table: `jobs`. Invariants:
//! - a job runs under a lease that a heartbeat extends; a number that grows with each claim fences a worker that lost it;
//! - it runs in a task of its own: a panic is an error of the job, and its worker goes on;
//! - every job is safe to run twice: an import continues where it was, a value run replaces its own
//!   result, a compaction finds nothing left to do;
//! - after the last attempt, also one whose worker was lost, a job is `dead`: it stays in view with its error and
//!   can be run again, and what it was to do is marked as failed.

mod work;

use crate::App;
use crate::imports::{self, ImportFailure};
use crate::random::new_id;
use perennial_domain::time::MICROS_PER_SECOND;
use perennial_store::jobs::{self, JobRow, NewJob};
use perennial_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What there is to do. The name is stored; the fields are the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Runs or continues an import. Safe to run twice: it goes on at its recorded step.
    Import { import_id: String },
    /// Values every customer. Safe to run twice: the result replaces that of the same run.
    ValueRun { run_id: String },
    /// Rewrites small history files into sorted large ones. Safe to run twice: then there are none.
    Compact,
    /// Counts months of purchase by a new time zone. Safe to run twice: the outcome is the same.
    RecountMonths,
    /// Gives customers the names of the sources that are believed now. Safe to run twice: the outcome is the same.
    RenameCustomers,
    /// Works out the scores of all customers. Safe to run twice: the outcome replaces that of the run before.
    Scores,
    /// Removes what nobody needs any more. Safe to run twice: then nothing is left.
    CleanUp,
    /// Takes the erasure of a person to its end. Safe to run twice: it goes on at its recorded step.
    Erase { erasure_id: String },
    /// Removes what was collected under a purpose that was withdrawn. Safe to run twice: it goes on at its recorded step.
    Withdraw { withdrawal_id: String },
    /// Finds clusters. Safe to run twice: nothing is kept before the end, and what is done stays.
    Cluster { clustering_id: String },
    /// Places everybody anew by the nearest centre, and sets tags. Safe to run twice: the outcome is the same.
    AssignClusters { clustering_id: String },
    /// Sets the tag of whoever a file of a third party knows. Safe to run twice: it goes on with who waits.
    TagAudience { audience_id: String },
    /// Replays the journal of points of everybody. Safe to run twice: it only reads.
    ProveLedger,
}

/// Why a job did not end well.
#[derive(Debug)]
pub enum JobError {
    /// Worth another attempt after the back-off.
    Retry(String),
    /// No attempt can help: dead at once.
    Fail(String),
    /// Somebody else does it just now: later again, without having used an attempt.
    Later,
}

pub const ATTEMPTS_MAX: i64 = 8;
/// A lease outlives three missed heartbeats.
const LEASE_SECONDS: i64 = 60;
const HEARTBEAT: Duration = Duration::from_secs(15);
/// First pause before another attempt; doubles each time, up to the cap.
const BACK_OFF_SECONDS: i64 = 5;
const BACK_OFF_SECONDS_MAX: i64 = 3_600;
/// When a job is looked at again that somebody else was doing.
const LATER_SECONDS: i64 = 15;

impl Job {
    fn name(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import",
            Self::ValueRun { .. } => "value_run",
            Self::Compact => "compact",
            Self::RecountMonths => "recount_months",
            Self::RenameCustomers => "rename_customers",
            Self::Scores => "scores",
            Self::CleanUp => "clean_up",
            Self::Erase { .. } => "erase",
            Self::Withdraw { .. } => "withdraw",
            Self::Cluster { .. } => "cluster",
            Self::AssignClusters { .. } => "assign_clusters",
            Self::TagAudience { .. } => "tag_audience",
            Self::ProveLedger => "prove_ledger",
        }
    }

    /// Two waiting jobs of the same key are one.
    fn dedupe_key(&self) -> String {
        match self {
            Self::Import { import_id } => format!("import:{import_id}"),
            Self::ValueRun { run_id } => format!("value_run:{run_id}"),
            Self::Erase { erasure_id } => format!("erase:{erasure_id}"),
            Self::Withdraw { withdrawal_id } => format!("withdraw:{withdrawal_id}"),
            Self::Cluster { clustering_id } => format!("cluster:{clustering_id}"),
            Self::AssignClusters { clustering_id } => format!("assign_clusters:{clustering_id}"),
            Self::TagAudience { audience_id } => format!("tag_audience:{audience_id}"),
            Self::Compact
            | Self::RecountMonths
            | Self::RenameCustomers
            | Self::Scores
            | Self::CleanUp
            | Self::ProveLedger => self.name().to_owned(),
        }
    }
}

const NAMES: &[&str] = &[
    "import",
    "value_run",
    "compact",
    "recount_months",
    "rename_customers",
    "scores",
    "clean_up",
    "erase",
    "withdraw",
    "cluster",
    "assign_clusters",
    "tag_audience",
    "prove_ledger",
];

/// Puts a job in the queue, in the caller's transaction. False when the same job waits already.
pub async fn enqueue(app: &App, tx: &mut WriteTx<'_>, job: &Job) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let row = NewJob {
        id: new_id(app.random.as_ref(), "job", now),
        name: job.name().to_owned(),
        payload: serde_json::to_string(job).unwrap_or_default(),
        priority: 0,
        run_at: now.0,
        max_attempts: ATTEMPTS_MAX,
        dedupe_key: Some(job.dedupe_key()),
        created_at: now.0,
    };
    jobs::enqueue(tx, &row).await
}

/// Dead jobs like this one are settled: somebody else takes its work up.
pub async fn end_dead(app: &App, tx: &mut WriteTx<'_>, job: &Job) -> Result<(), StoreError> {
    jobs::end_dead(tx, &job.dedupe_key(), app.clock.now().0).await.map(|_| ())
}

/// Puts a job in the queue that nothing else causes.
pub async fn enqueue_now(app: &App, job: &Job) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    enqueue(app, &mut tx, job).await?;
    tx.commit().await
}

/// Runs the next job that is due, if there is one. `worker` names this worker in the row.
pub async fn run_next(app: &App, worker: &str) -> Result<bool, StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    for lost in jobs::bury_expired(&mut tx, now).await? {
        note_dead(app, &mut tx, &lost, lost.last_error.as_deref().unwrap_or_default()).await?;
    }
    let claimed = jobs::claim(&mut tx, NAMES, worker, now, now + LEASE_SECONDS * MICROS_PER_SECOND).await?;
    tx.commit().await?;
    let Some(row) = claimed else { return Ok(false) };
    let outcome = run_with_heartbeat(app, &row).await;
    settle(app, &row, outcome).await?;
    Ok(true)
}

/// Runs due jobs until none is left: for tests and for commands that wait for their own work.
pub async fn run_until_idle(app: &App) -> Result<usize, StoreError> {
    let mut count = 0;
    while run_next(app, "inline").await? {
        count += 1;
    }
    Ok(count)
}

async fn run_with_heartbeat(app: &App, row: &JobRow) -> Result<(), JobError> {
    let job: Job = serde_json::from_str(&row.payload).map_err(|error| JobError::Fail(format!("payload: {error}")))?;
    let mut work = Work(tokio::spawn({
        let app = app.clone();
        async move { work::run(&app, &job).await }
    }));
    // Both are polled side by side. A heartbeat awaited in an arm of this select would stop the work, which
    // may hold the only writer that the heartbeat waits for.
    tokio::select! {
        outcome = &mut work.0 => outcome.unwrap_or_else(|panic| Err(JobError::Retry(format!("it broke off: {panic}")))),
        () = keep_lease(app, row) => Err(JobError::Retry("the lease was lost to another worker".to_owned())),
    }
}

/// The task of a job, which ends with whoever waits for it.
struct Work(tokio::task::JoinHandle<Result<(), JobError>>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ends when the lease is lost; a store that cannot be reached is asked again at the next beat.
async fn keep_lease(app: &App, row: &JobRow) {
    let mut beat = tokio::time::interval(HEARTBEAT);
    // The first tick comes at once, and the claim has just set the lease.
    beat.tick().await;
    loop {
        beat.tick().await;
        if !extend_lease(app, row).await.unwrap_or(true) {
            return;
        }
    }
}

async fn extend_lease(app: &App, row: &JobRow) -> Result<bool, StoreError> {
    let until = app.clock.now().0 + LEASE_SECONDS * MICROS_PER_SECOND;
    let mut tx = app.store.write().await?;
    let held = jobs::heartbeat(&mut tx, &row.id, row.fence, until).await?;
    tx.commit().await?;
    Ok(held)
}

async fn settle(app: &App, row: &JobRow, outcome: Result<(), JobError>) -> Result<(), StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    match outcome {
        Ok(()) => jobs::finish(&mut tx, &row.id, row.fence, now).await?,
        Err(JobError::Later) => {
            jobs::postpone(&mut tx, &row.id, row.fence, now + LATER_SECONDS * MICROS_PER_SECOND).await?;
        }
        Err(JobError::Retry(error)) if row.attempt < row.max_attempts => {
            tracing::warn!(job.id = %row.id, job.name = %row.name, job.attempt = row.attempt, %error, "job failed, will be tried again");
            jobs::retry(&mut tx, &row.id, row.fence, now + back_off_micros(row.attempt), &error).await?;
        }
        Err(JobError::Retry(error) | JobError::Fail(error)) => {
            jobs::bury(&mut tx, &row.id, row.fence, now, &error).await?;
            note_dead(app, &mut tx, row, &error).await?;
        }
    }
    tx.commit().await
}

/// Nobody goes on with it: what it was to do must not look as if somebody did.
async fn note_dead(app: &App, tx: &mut WriteTx<'_>, row: &JobRow, error: &str) -> Result<(), StoreError> {
    tracing::error!(job.id = %row.id, job.name = %row.name, job.attempt = row.attempt, error, "job is dead");
    let now = app.clock.now();
    match serde_json::from_str(&row.payload) {
        Ok(Job::Import { import_id }) => {
            let failure = ImportFailure::new("job_dead", error);
            imports::fail_in_tx(app, tx, &import_id, &failure).await
        }
        Ok(Job::ValueRun { run_id }) => crate::value::fail_in_tx(tx, &run_id, error, now).await,
        Ok(Job::Cluster { clustering_id }) => crate::clusters::fail_in_tx(tx, &clustering_id, error, now).await,
        Ok(Job::AssignClusters { clustering_id }) => {
            crate::clusters::fail_assignment_in_tx(tx, &clustering_id, error).await
        }
        Ok(Job::TagAudience { audience_id }) => crate::audiences::fail_in_tx(tx, &audience_id, now).await,
        // What is to be erased is asked for once more by the next daily clean-up.
        Ok(
            Job::Compact
            | Job::RecountMonths
            | Job::RenameCustomers
            | Job::Scores
            | Job::CleanUp
            | Job::Erase { .. }
            | Job::Withdraw { .. }
            | Job::ProveLedger,
        )
        | Err(_) => Ok(()),
    }
}

/// Before a worker stops: what it had begun waits for the next one, with its attempt given back.
pub async fn release(app: &App, worker: &str) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    jobs::release(&mut tx, worker).await?;
    tx.commit().await
}

fn back_off_micros(attempt: i64) -> i64 {
    let doubled = BACK_OFF_SECONDS << (attempt - 1).clamp(0, 20);
    doubled.min(BACK_OFF_SECONDS_MAX) * MICROS_PER_SECOND
}

/// Rows for the console.
pub async fn list(app: &App, state: Option<&str>, cursor: Option<&str>, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    let mut tx = app.store.read().await?;
    jobs::list(&mut tx, state, cursor, limit).await
}

/// What became of the wish to run a dead job again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryOutcome {
    Queued,
    /// There is no dead job of this id.
    NotDead,
    /// The same job waits or runs already: it does the work of this one.
    SameJobWaits,
}

/// Puts a dead job back in the queue.
pub async fn retry_dead(app: &App, actor: &crate::access::Actor, id: &str) -> Result<RetryOutcome, StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    let row = match jobs::requeue(&mut tx, id, now).await {
        Ok(Some(row)) => row,
        Ok(None) => return Ok(RetryOutcome::NotDead),
        // Of waiting and running jobs at most one has a given key; nothing else can refuse this change.
        Err(StoreError::Constraint { .. }) => return Ok(RetryOutcome::SameJobWaits),
        Err(error) => return Err(error),
    };
    if let Ok(Job::Import { import_id }) = serde_json::from_str(&row.payload) {
        imports::reopen_in_tx(app, &mut tx, &import_id).await?;
    }
    crate::audit::append(app, &mut tx, actor, "job.retried", id, serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(RetryOutcome::Queued)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        assert_eq!(back_off_micros(1), 5 * MICROS_PER_SECOND);
        assert_eq!(back_off_micros(3), 20 * MICROS_PER_SECOND);
        assert_eq!(back_off_micros(60), 3_600 * MICROS_PER_SECOND);
    }
}
