//! Durable work: enqueued in the transaction of what causes it, run under a lease, retried, or buried.
//!
//! Table: `jobs`. Invariants:
//! - a job runs under a lease that a heartbeat extends; the attempt number fences a worker that lost it;
//! - every job is safe to run twice: an import continues where it was, a value run replaces its own
//!   result, a compaction finds nothing left to do;
//! - after the last attempt a job is `dead`: it stays in view with its error and can be run again.

mod work;

use crate::App;
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
}

/// Why a job did not end well.
#[derive(Debug)]
pub enum JobError {
    /// Worth another attempt after the back-off.
    Retry(String),
    /// No attempt can help: dead at once.
    Fail(String),
}

pub const ATTEMPTS_MAX: i64 = 8;
/// A lease outlives three missed heartbeats.
const LEASE_SECONDS: i64 = 60;
const HEARTBEAT: Duration = Duration::from_secs(15);
/// First pause before another attempt; doubles each time, up to the cap.
const BACK_OFF_SECONDS: i64 = 5;
const BACK_OFF_SECONDS_MAX: i64 = 3_600;

impl Job {
    fn name(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import",
            Self::ValueRun { .. } => "value_run",
            Self::Compact => "compact",
            Self::RecountMonths => "recount_months",
        }
    }

    /// Two waiting jobs of the same key are one.
    fn dedupe_key(&self) -> String {
        match self {
            Self::Import { import_id } => format!("import:{import_id}"),
            Self::ValueRun { run_id } => format!("value_run:{run_id}"),
            Self::Compact | Self::RecountMonths => self.name().to_owned(),
        }
    }
}

const NAMES: &[&str] = &["import", "value_run", "compact", "recount_months"];

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

/// Runs the next job that is due, if there is one. `worker` names this worker in the row.
pub async fn run_next(app: &App, worker: &str) -> Result<bool, StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
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
    // Both are polled side by side. A heartbeat awaited in an arm of this select would stop the work, which
    // may hold the only writer that the heartbeat waits for.
    tokio::select! {
        outcome = work::run(app, &job) => outcome,
        () = keep_lease(app, row) => Err(JobError::Retry("the lease was lost to another worker".to_owned())),
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
    let held = jobs::heartbeat(&mut tx, &row.id, row.attempt, until).await?;
    tx.commit().await?;
    Ok(held)
}

async fn settle(app: &App, row: &JobRow, outcome: Result<(), JobError>) -> Result<(), StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    match outcome {
        Ok(()) => jobs::finish(&mut tx, &row.id, row.attempt, now).await?,
        Err(JobError::Retry(error)) if row.attempt < row.max_attempts => {
            tracing::warn!(job.id = %row.id, job.name = %row.name, job.attempt = row.attempt, %error, "job failed, will be tried again");
            jobs::retry(&mut tx, &row.id, row.attempt, now + back_off_micros(row.attempt), &error).await?;
        }
        Err(JobError::Retry(error) | JobError::Fail(error)) => {
            tracing::error!(job.id = %row.id, job.name = %row.name, job.attempt = row.attempt, %error, "job is dead");
            jobs::bury(&mut tx, &row.id, row.attempt, now, &error).await?;
        }
    }
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

/// Puts a dead job back in the queue. False when it is not dead.
pub async fn retry_dead(app: &App, actor: &crate::access::Actor, id: &str) -> Result<bool, StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    let done = jobs::requeue(&mut tx, id, now).await?;
    if done {
        crate::audit::append(app, &mut tx, actor, "job.retried", id, serde_json::json!({})).await?;
    }
    tx.commit().await?;
    Ok(done)
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
