//! What each customer is worth: one pass over history, fits, and a row of values for every buyer.
//!
//! | step | module |
//! |---|---|
//! | whole-life pass over history, customer by customer | `gather` |
//! | models fitted, back-test, choice of the default | `models` |
//! | a row of values for each customer | `score` |
//! | where only the window of current value changed: what rests on it | `window` |
//! | tables for the screens | `tables`, shapes in `result` |
//!
//! Tables: `value_runs` (the last results as one versioned JSON document), `customer_values` (replaced as
//! a whole by each run). Job: `value_run`.
//!
//! Invariants: a run is a function of the facts, the settings and its request (not of the clock, of
//! threads or of the order of rows); a new run's rows appear together or not at all, and never in the place of those of
//! a run that began later; one run goes on at a time, under a lease; where there is too little data there is a reason
//! instead of a number. Values follow the facts: after an import at once, after live orders within a quarter of an hour
//! ([`refresh`], of a server).

mod gather;
mod models;
pub mod result;
mod score;
mod tables;
mod window;

pub use result::ValueResult;

use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::identity::Profiles;
use crate::jobs::{self, Job, JobError};
use crate::random::new_id;
use crate::settings;
use crate::{App, audit};
use gather::Gathered;
use perennial_domain::settings::Settings;
use perennial_domain::time::{Day, Instant, MICROS_PER_SECOND};
use perennial_domain::value::TimeUnit;
use perennial_store::value_runs::{self, ValueRunRow};
use perennial_store::{ReadTx, StoreError, WriteTx, customers, journal, merges, sequences, values};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::Duration;

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
    #[error("the calculation broke off: {0}")]
    BrokeOff(String),
    #[error("another value run is under way")]
    Busy,
    #[error("a run that began later has its values in place already")]
    Overtaken,
    #[error("it was stopped")]
    Stopped,
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

/// How long a run is taken for alive after its last sign of life: as long as a job.
const LEASE_MICROS: i64 = 60 * MICROS_PER_SECOND;
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is looked whether another run has ended.
const WAIT_FOR_OTHERS: Duration = Duration::from_millis(500);
/// Live orders make new values so often at most. A run reads all of history: the figures of a day need it no sooner.
const REFRESH_EVERY_MICROS: i64 = 15 * 60 * MICROS_PER_SECOND;

/// Puts a run with the usual request in the queue, in the caller's transaction. One that waits already
/// serves both.
pub async fn enqueue_run(app: &App, tx: &mut WriteTx<'_>) -> Result<String, StoreError> {
    if let Some(waiting) = value_runs::find_queued(tx, &text_of(&ValueRequest::default())).await? {
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
    value_runs::insert(tx, &id, &text_of(request), now.0).await?;
    Ok(id)
}

fn text_of(request: &ValueRequest) -> String {
    serde_json::to_string(request).unwrap_or_default()
}

/// Runs now, in this process, once no other run is under way: for the command line.
pub async fn run_now(app: &App, request: &ValueRequest) -> Result<ValueResult, ValueError> {
    run_unless(app, request, std::future::pending()).await
}

/// [`run_now`], which ends as failed once it is to stop.
pub async fn run_unless(
    app: &App,
    request: &ValueRequest,
    stop: impl Future<Output = ()>,
) -> Result<ValueResult, ValueError> {
    let mut stop = std::pin::pin!(stop);
    let (id, started) = loop {
        let mut tx = app.store.write().await?;
        let id = insert_run(app, &mut tx, request).await?;
        if let Some(started) = start(app, &mut tx, &id).await? {
            tx.commit().await?;
            break (id, started);
        }
        tx.rollback().await?;
        tokio::select! {
            () = tokio::time::sleep(WAIT_FOR_OTHERS) => {}
            () = &mut stop => return Err(ValueError::Stopped),
        }
    };
    carry_out(app, &id, request, started, stop).await
}

/// Whether, since the values were made that are there, what customers bought has changed, or who is one customer, or
/// there are none.
pub async fn is_stale(tx: &mut ReadTx<'_>) -> Result<bool, StoreError> {
    let (started, seen) = value_runs::current_began(tx).await?.unwrap_or_default();
    let bought = sequences::current(tx, sequences::PURCHASE_SEQUENCE).await?;
    if bought > seen.unwrap_or(0) {
        return Ok(true);
    }
    let merged = merges::last_change(tx).await?;
    Ok(merged.is_some_and(|merged| started.is_some_and(|started| started < merged)))
}

/// Asks for a run where the values do not know the newest purchases: at once where there never was a run, else when
/// the last one was asked for [`REFRESH_EVERY_MICROS`] ago. For a server, again and again.
pub async fn refresh(app: &App) -> Result<bool, StoreError> {
    let mut tx = app.store.read().await?;
    // Without a purchase there is nothing to value.
    if !is_stale(&mut tx).await? || customers::purchase_span(&mut tx).await?.is_none() {
        return Ok(false);
    }
    let last = value_runs::list(&mut tx, None, 1).await?.pop();
    drop(tx);
    if last.is_some_and(|run| app.clock.now().0 - run.created_at < REFRESH_EVERY_MICROS) {
        return Ok(false);
    }
    let mut tx = app.store.write().await?;
    enqueue_run(app, &mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Values everybody if what customers bought has changed since: before an export.
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
        Ok(()) | Err(ValueError::NoPurchases | ValueError::Request(_) | ValueError::Overtaken) => Ok(()),
        Err(ValueError::Busy) => Err(JobError::Later),
        Err(ValueError::NotFound(_)) => Err(JobError::Fail(format!("value run {id} is not known"))),
        // It would break off the next time too.
        Err(error @ ValueError::BrokeOff(_)) => Err(JobError::Fail(error.to_string())),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}

/// Does a run that is in the table, unless it is done.
async fn run(app: &App, id: &str) -> Result<(), ValueError> {
    let row = run_row(app, id).await?;
    if row.state == "done" {
        // Its process ended between the commit of the result and that of the job.
        return Ok(());
    }
    let request: ValueRequest = serde_json::from_str(&row.requested).unwrap_or_default();
    let mut tx = app.store.write().await?;
    let Some(started) = start(app, &mut tx, id).await? else { return Err(ValueError::Busy) };
    tx.commit().await?;
    carry_out(app, id, &request, started, std::future::pending()).await.map(drop)
}

/// None where another run is under way.
async fn start(app: &App, tx: &mut WriteTx<'_>, id: &str) -> Result<Option<Instant>, StoreError> {
    let now = app.clock.now();
    Ok(value_runs::start(tx, id, now.0, now.0 + LEASE_MICROS).await?.then_some(now))
}

/// Does a run that has been started, and marks it as failed where it does not come to its end.
async fn carry_out(
    app: &App,
    id: &str,
    request: &ValueRequest,
    started: Instant,
    stop: impl Future<Output = ()>,
) -> Result<ValueResult, ValueError> {
    let _alive = Heart::of(app, id);
    let outcome = tokio::select! {
        outcome = compute(app, id, request, started.0) => outcome,
        () = stop => Err(ValueError::Stopped),
    };
    if let Err(error) = &outcome {
        let mut tx = app.store.write().await?;
        fail_in_tx(&mut tx, id, &error.to_string(), app.clock.now()).await?;
        tx.commit().await?;
    }
    outcome
}

/// Prolongs the lease of a run as long as it is kept. On a task of its own: the work may hold the only writer that
/// this waits for.
struct Heart(tokio::task::JoinHandle<()>);

impl Heart {
    fn of(app: &App, id: &str) -> Self {
        let (app, id) = (app.clone(), id.to_owned());
        Self(tokio::spawn(async move {
            let mut beat = tokio::time::interval(HEARTBEAT);
            // The first tick comes at once, and the start has just set the lease.
            beat.tick().await;
            loop {
                beat.tick().await;
                if let Err(error) = prolong(&app, &id).await {
                    tracing::warn!(run.id = %id, %error, "the lease of a value run could not be prolonged");
                }
            }
        }))
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn prolong(app: &App, id: &str) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    value_runs::prolong(&mut tx, id, app.clock.now().0 + LEASE_MICROS).await?;
    tx.commit().await
}

async fn compute(app: &App, id: &str, request: &ValueRequest, started: i64) -> Result<ValueResult, ValueError> {
    crate::pipeline::apply_all(app).await?;
    crate::pipeline::hand_over(app).await?;
    let seen = app.history.last_sequence().await?.unwrap_or(0);
    let settings = settings::current(&mut app.store.read().await?).await?;
    let zone = settings.zone();
    let days = gather::plan_days(app, request, &zone).await?;
    let profiles = Profiles::load(&mut app.store.read().await?).await?;
    let gathered = gather::gather(app, &zone, &days, settings.current_window_days, &profiles).await?;
    if gathered.customers.is_empty() {
        return Err(ValueError::NoPurchases);
    }
    progress(app, id, 0.3).await?;
    let alike = window::find_alike(app, request, &settings).await?;
    let (mut result, rows) = calculate(gathered, settings, days, request.unit, alike, id).await?;
    progress(app, id, 0.7).await?;
    result.started_at = started;
    result.finished_at = app.clock.now().0;
    save(app, id, &result, rows, seen, &profiles).await?;
    Ok(result)
}

enum Rows {
    Whole(Vec<values::CustomerValue>),
    /// Of another window, for the rows of the run `of`.
    Window {
        of: String,
        rows: Vec<values::WindowValue>,
    },
}

/// The mathematics, on a thread of its own: it takes seconds for a million customers.
async fn calculate(
    gathered: Gathered,
    settings: Settings,
    days: gather::Days,
    unit: TimeUnit,
    alike: Option<ValueResult>,
    run_id: &str,
) -> Result<(ValueResult, Rows), ValueError> {
    let run_id = run_id.to_owned();
    on_a_thread(move || {
        let of = alike.as_ref().map(|alike| alike.run_id.clone()).unwrap_or_default();
        let changed = alike.and_then(|alike| window::change(alike, &gathered.customers, &settings, &run_id));
        if let Some((result, rows)) = changed {
            return (result, Rows::Window { of, rows });
        }
        let models = models::fit_all(&gathered, &days, unit, &settings);
        let (result, rows) = score::score_all(&gathered, &models, &settings, &days, &run_id);
        (result, Rows::Whole(rows))
    })
    .await
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ValueError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ValueError::BrokeOff(error.to_string()))
}

/// Whoever was merged or parted meanwhile is another customer now, and has no value until the next run.
async fn save(
    app: &App,
    id: &str,
    result: &ValueResult,
    rows: Rows,
    seen: i64,
    profiles: &Profiles,
) -> Result<(), ValueError> {
    let json = serde_json::to_string(result).map_err(|_| ValueError::Unreadable(id.to_owned()))?;
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    value_runs::lock(&mut tx).await?;
    // Only where this one was taken for dead meanwhile.
    let current = value_runs::current_began(&mut tx).await?.and_then(|(started, _)| started);
    if current.is_some_and(|current| current > result.started_at) {
        return Err(ValueError::Overtaken);
    }
    let changed = profiles.changed_since(&mut tx).await?;
    let changed: HashSet<i64> = changed.into_iter().map(|number| i64::from(number.0)).collect();
    match rows {
        Rows::Whole(mut rows) => {
            rows.retain(|row| !changed.contains(&row.customer_number));
            values::replace_all(&mut tx, id, rows).await?;
        }
        // Who was merged, parted or erased meanwhile has no row any more.
        Rows::Window { of, rows } => {
            if values::run_id(&mut tx).await? != Some(of) {
                return Err(ValueError::Overtaken);
            }
            values::change_window(&mut tx, id, &rows).await?;
        }
    }
    if sequences::current(&mut tx, sequences::TOMBSTONES).await? > 0 {
        // Somebody may have been erased since history was read.
        values::remove_of_nobody(&mut tx).await?;
    }
    value_runs::finish(&mut tx, id, &json, i64::from(result.as_of.0), result.finished_at, seen).await?;
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
    latest_in_tx(&mut app.store.read().await?).await
}

/// [`latest`], in the transaction that the rows are read in: a run may end at any time.
pub async fn latest_in_tx(tx: &mut ReadTx<'_>) -> Result<Option<ValueResult>, ValueError> {
    let Some(row) = value_runs::current(tx).await? else { return Ok(None) };
    latest_of(row)
}

fn latest_of(row: ValueRunRow) -> Result<Option<ValueResult>, ValueError> {
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

/// Runs of processes that died look as if they went on: for a server, again and again.
pub async fn fail_abandoned(app: &App) -> Result<(), StoreError> {
    let mut tx = app.store.write().await?;
    value_runs::fail_abandoned(&mut tx, app.clock.now().0, "the process that ran it has ended").await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_calculation_that_panics_fails_with_its_cause() {
        let error = on_a_thread(|| -> u8 { panic!("no such cell") }).await.unwrap_err();
        assert!(matches!(error, ValueError::BrokeOff(_)));
        assert!(error.to_string().contains("no such cell"), "{error}");
        assert_eq!(on_a_thread(|| 7).await.unwrap(), 7);
    }
}
