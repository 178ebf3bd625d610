//! What each customer is worth: one pass over history, fits, and a row of values for every buyer.
//!
//! | step | module |
//! |---|---|
//! | whole-life pass over history, customer by customer | `gather` |
//! | models fitted, back-test, choice of the default | `models` |
//! | a row of values for each customer | `score` |
//! | tables for the screens | `tables`, shapes in `result` |
//!
//! Tables: `value_runs` (the last results as one versioned JSON document), `customer_values` (replaced as
//! a whole by each run). Job: `value_run`.
//!
//! Invariants: a run is a function of the facts, the settings and its request (not of the clock, of
//! threads or of the order of rows); a new run's rows appear together or not at all; where there is too
//! little data there is a reason instead of a number.

mod gather;
mod models;
pub mod result;
mod score;
mod tables;

pub use result::ValueResult;

use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::identity::Profiles;
use crate::jobs::{self, Job, JobError};
use crate::random::new_id;
use crate::settings;
use crate::{App, audit};
use gather::Gathered;
use perennial_domain::settings::Settings;
use perennial_domain::time::{Day, Instant, Zone};
use perennial_domain::value::TimeUnit;
use perennial_store::value_runs::{self, ValueRunRow};
use perennial_store::{ReadTx, StoreError, WriteTx, imports, journal, merges, values};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] perennial_history::HistoryError),
    #[error(transparent)]
    Pipeline(#[from] crate::pipeline::PipelineError),
    #[error("there is no purchase of a known customer yet: import orders first")]
    NoPurchases,
    #[error("{0}")]
    Request(&'static str),
    #[error("the result of run {0} cannot be read by this version")]
    Unreadable(String),
    #[error("the result was written by another version of this program: start a value run")]
    OtherVersion,
    #[error("value run {0} is not known")]
    NotFound(String),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
}

/// What to compute. Days are days of the brand's zone and count in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueRequest {
    /// Last day that the models see and that values are as of; otherwise the last day with a purchase.
    pub fit_until: Option<Day>,
    /// Last day of the hold-out. With `fit_until`, the hold-out lies between the two; without, the last
    /// third of the history up to this day is held out for the back-test alone.
    pub backtest_until: Option<Day>,
    pub unit: TimeUnit,
}

impl Default for ValueRequest {
    fn default() -> Self {
        Self { fit_until: None, backtest_until: None, unit: TimeUnit::Week }
    }
}

/// Puts a run with the usual request in the queue, in the caller's transaction. One that waits already
/// serves both.
pub async fn enqueue_run(app: &App, tx: &mut WriteTx<'_>) -> Result<String, StoreError> {
    if let Some(waiting) = value_runs::find_unfinished(tx).await?.filter(|run| run.state == "queued") {
        // A run of a process that died before it began has no job any more: this gives it one.
        jobs::enqueue(app, tx, &Job::ValueRun { run_id: waiting.id.clone() }).await?;
        return Ok(waiting.id);
    }
    let id = insert_run(app, tx, &ValueRequest::default()).await?;
    jobs::enqueue(app, tx, &Job::ValueRun { run_id: id.clone() }).await?;
    Ok(id)
}

/// A person or program asks for a run.
pub async fn request_run(
    app: &App,
    actor: &crate::access::Actor,
    once: &Once<'_, ValueRunRow>,
) -> Result<ValueRunRow, ValueError> {
    let mut tx = app.store.write().await?;
    once.claim::<ValueError>(app, &mut tx).await?;
    let id = enqueue_run(app, &mut tx).await?;
    audit::append(app, &mut tx, actor, "value.run_requested", &id, serde_json::json!({})).await?;
    let run = value_runs::get(&mut tx, &id).await?.ok_or(ValueError::NotFound(id))?;
    once.keep(&mut tx, &run).await?;
    tx.commit().await?;
    Ok(run)
}

async fn insert_run(app: &App, tx: &mut WriteTx<'_>, request: &ValueRequest) -> Result<String, StoreError> {
    let now = app.clock.now();
    let id = new_id(app.random.as_ref(), "run", now);
    value_runs::insert(tx, &id, &serde_json::to_string(request).unwrap_or_default(), now.0).await?;
    Ok(id)
}

/// Runs now, in this process: for the command line.
pub async fn run_now(app: &App, request: &ValueRequest) -> Result<ValueResult, ValueError> {
    let mut tx = app.store.write().await?;
    let id = insert_run(app, &mut tx, request).await?;
    tx.commit().await?;
    run(app, &id).await
}

/// Whether facts came after the values that are there, or customers became others, or there are no values. A value run
/// looks at facts after its start.
pub async fn is_stale(tx: &mut ReadTx<'_>) -> Result<bool, StoreError> {
    let imported = imports::latest_done(tx).await?.and_then(|import| import.finished_at);
    let changed = imported.max(merges::last_by_hand(tx).await?);
    let valued = value_runs::current_started_at(tx).await?;
    Ok(changed.is_some_and(|changed| valued.is_none_or(|valued| valued < changed)))
}

/// Values everybody if that has not been done since the last import: before an export.
pub async fn ensure_valued(app: &App) -> Result<(), ValueError> {
    if !is_stale(&mut app.store.read().await?).await? {
        return Ok(());
    }
    match run_now(app, &ValueRequest::default()).await {
        Ok(_) | Err(ValueError::NoPurchases) => Ok(()),
        Err(error) => Err(error),
    }
}

pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    match run(app, id).await {
        Ok(_) | Err(ValueError::NoPurchases | ValueError::Request(_)) => Ok(()),
        Err(ValueError::NotFound(_)) => Err(JobError::Fail(format!("value run {id} is not known"))),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}

/// Does a run that is in the table, unless it is done.
async fn run(app: &App, id: &str) -> Result<ValueResult, ValueError> {
    let row = run_row(app, id).await?;
    if row.state == "done" {
        // Its process ended between the commit of the result and that of the job.
        return read_result(row);
    }
    let request: ValueRequest = serde_json::from_str(&row.requested).unwrap_or_default();
    let started = app.clock.now();
    let mut tx = app.store.write().await?;
    value_runs::start(&mut tx, id, started.0).await?;
    tx.commit().await?;
    match compute(app, id, &request, started.0).await {
        Ok(result) => Ok(result),
        Err(error) => {
            let mut tx = app.store.write().await?;
            value_runs::fail(&mut tx, id, &error.to_string(), app.clock.now().0).await?;
            tx.commit().await?;
            Err(error)
        }
    }
}

async fn compute(app: &App, id: &str, request: &ValueRequest, started: i64) -> Result<ValueResult, ValueError> {
    crate::pipeline::apply_all(app).await?;
    crate::pipeline::hand_over(app).await?;
    let settings = settings::current(&mut app.store.read().await?).await?;
    let zone = Zone::parse(&settings.time_zone).unwrap_or_else(Zone::utc);
    let days = gather::plan_days(app, request, &zone).await?;
    let profiles = Profiles::load(&mut app.store.read().await?).await?;
    let gathered = gather::gather(app, &zone, &days, settings.current_window_days, &profiles).await?;
    if gathered.customers.is_empty() {
        return Err(ValueError::NoPurchases);
    }
    progress(app, id, 0.3).await?;
    let (mut result, rows) = calculate(gathered, settings, days, request.unit, id).await?;
    progress(app, id, 0.7).await?;
    result.started_at = started;
    result.finished_at = app.clock.now().0;
    save(app, id, &result, rows, &profiles).await?;
    Ok(result)
}

/// The mathematics, on a thread of its own: it takes seconds for a million customers.
async fn calculate(
    gathered: Gathered,
    settings: Settings,
    days: gather::Days,
    unit: TimeUnit,
    run_id: &str,
) -> Result<(ValueResult, Vec<values::CustomerValue>), ValueError> {
    let run_id = run_id.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        let models = models::fit_all(&gathered, &days, unit, &settings);
        score::score_all(&gathered, &models, &settings, &days, &run_id)
    });
    work.await.map_err(|_| ValueError::Request("the calculation stopped unexpectedly"))
}

/// Whoever was merged or parted meanwhile is another customer now, and has no value until the next run.
async fn save(
    app: &App,
    id: &str,
    result: &ValueResult,
    mut rows: Vec<values::CustomerValue>,
    profiles: &Profiles,
) -> Result<(), ValueError> {
    let json = serde_json::to_string(result).map_err(|_| ValueError::Unreadable(id.to_owned()))?;
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    let changed = profiles.changed_since(&mut tx).await?;
    if !changed.is_empty() {
        let changed: HashSet<i64> = changed.into_iter().map(|number| i64::from(number.0)).collect();
        rows.retain(|row| !changed.contains(&row.customer_number));
    }
    values::replace_all(&mut tx, id, rows).await?;
    value_runs::finish(&mut tx, id, &json, i64::from(result.as_of.0), result.finished_at).await?;
    Ok(tx.commit().await?)
}

async fn progress(app: &App, id: &str, share: f64) -> Result<(), ValueError> {
    let mut tx = app.store.write().await?;
    value_runs::update_progress(&mut tx, id, share).await?;
    Ok(tx.commit().await?)
}

async fn run_row(app: &App, id: &str) -> Result<ValueRunRow, ValueError> {
    let mut tx = app.store.read().await?;
    value_runs::get(&mut tx, id).await?.ok_or_else(|| ValueError::NotFound(id.to_owned()))
}

/// Runs, the newest first.
pub async fn list_runs(app: &App, after: Option<&str>, limit: i64) -> Result<Vec<ValueRunRow>, ValueError> {
    let mut tx = app.store.read().await?;
    Ok(value_runs::list(&mut tx, after, limit).await?)
}

/// The result that the rows of `customer_values` belong to.
pub async fn latest(app: &App) -> Result<Option<ValueResult>, ValueError> {
    let mut tx = app.store.read().await?;
    let Some(row) = value_runs::current(&mut tx).await? else { return Ok(None) };
    match read_result(row) {
        // Of an earlier version of this program: as if there were none, until the next run.
        Err(ValueError::OtherVersion) => Ok(None),
        result => result.map(Some),
    }
}

fn read_result(row: ValueRunRow) -> Result<ValueResult, ValueError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    let text = row.result.unwrap_or_default();
    let version = serde_json::from_str::<Version>(&text).map(|result| result.version);
    if version.is_ok_and(|version| version != result::RESULT_VERSION) {
        return Err(ValueError::OtherVersion);
    }
    serde_json::from_str(&text).map_err(|_| ValueError::Unreadable(row.id))
}

/// Marks a run as failed that nobody goes on with; one that has ended stays as it is.
pub async fn fail_in_tx(tx: &mut WriteTx<'_>, id: &str, error: &str, at: Instant) -> Result<(), StoreError> {
    match value_runs::get(tx, id).await? {
        Some(run) if matches!(run.state.as_str(), "queued" | "running") => value_runs::fail(tx, id, error, at.0).await,
        _ => Ok(()),
    }
}

/// Runs of processes that died look as if they went on: at the start of a server.
pub async fn fail_abandoned(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    value_runs::fail_abandoned(&mut tx, app.clock.now().0, "the process that ran it has ended").await?;
    tx.commit().await
}
