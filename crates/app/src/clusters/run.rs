//! The jobs: clusters are found, and everybody is placed anew.
//!
//! What is needed of facts is gathered into an index beside the live one; the division runs on a thread of its own with half of
//! the processors, tells how far it is once a second, and stops where somebody wants it to, or where nobody waits for it any more.
//! (Density says nothing while it looks for dense places: what it finds then is thrown away.) Nothing is kept before the one
//! commit at the end. One such job calculates at a time, the others come later.

use super::asked::{Asked, read_asked};
use super::result::{ClusteringResult, FeatureResult, RESULT_VERSION};
use super::turn::Turn;
use super::{ClusteringError, tags};
use crate::App;
use crate::jobs::JobError;
use crate::segments::SegmentError;
use crate::segments::live::gather_apart;
use crate::tags::TagError;
use perennial_domain::cluster::{
    ClusterError, ClusteringSettings, Found, Model, Named, PEOPLE_MAX, drivers, find, portraits,
    with_half_the_processors,
};
use perennial_domain::rules::{Rule, Tree};
use perennial_domain::time::Instant;
use perennial_index::{Index, Set};
use perennial_store::clusters::{self as table, ClusterRow, ClusteringRow, MemberRow};
use perennial_store::{Scope, StoreError, WriteTx, customers, journal};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How often it is told how far it is, and looked whether it is to stop.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How far it is when figures are there.
const GATHERED: f64 = 0.3;

#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// It would come to the same the next time.
    #[error("{0}")]
    Refused(String),
    #[error("it was stopped")]
    Stopped,
    /// Another clustering is calculated.
    #[error("another one is calculated")]
    Later,
    #[error("the calculation broke off: {0}")]
    BrokeOff(String),
    /// Of the database, or of what waits in the journal: it may go the next time.
    #[error("tags could not be set: {0}")]
    Tags(String),
}

impl From<TagError> for RunError {
    fn from(error: TagError) -> Self {
        match error {
            TagError::Store(error) => Self::Store(error),
            TagError::Pipeline(error) => Self::Tags(error.to_string()),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<ClusteringError> for RunError {
    fn from(error: ClusteringError) -> Self {
        match error {
            ClusteringError::Store(error) => Self::Store(error),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<ClusterError> for RunError {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Stopped => Self::Stopped,
            ClusterError::TooFew { .. } | ClusterError::NoDifference | ClusterError::NotDense => {
                Self::Refused(error.to_string())
            }
        }
    }
}

impl From<RunError> for JobError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Later | RunError::Segment(SegmentError::Behind | SegmentError::NotBuilt) => Self::Later,
            RunError::Refused(_) | RunError::Stopped | RunError::BrokeOff(_) => Self::Fail(error.to_string()),
            RunError::Store(_) | RunError::Segment(_) | RunError::Tags(_) => Self::Retry(error.to_string()),
        }
    }
}

/// Finds the clusters. Safe to run twice: nothing is kept before the end, and what is done stays.
pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    let outcome = match run(app, id).await {
        Ok(()) => return Ok(()),
        Err(RunError::Stopped) => ("cancelled", None),
        // A refused question is no failure of the job.
        Err(RunError::Refused(reason)) => ("failed", Some(reason)),
        Err(error) => return Err(error.into()),
    };
    let retry = |error: StoreError| JobError::Retry(error.to_string());
    let mut tx = app.store.write().await.map_err(retry)?;
    table::end(&mut tx, id, outcome.0, outcome.1.as_deref(), app.clock.now().0).await.map_err(retry)?;
    tx.commit().await.map_err(retry)
}

async fn run(app: &App, id: &str) -> Result<(), RunError> {
    let Some(row) = table::get(&mut app.store.read().await?, id).await? else { return Ok(()) };
    if !matches!(row.state.as_str(), "queued" | "running") {
        return Ok(());
    }
    let turn = Turn::take(&app.data_dir).ok_or(RunError::Later)?;
    let mut tx = app.store.write().await?;
    let is_started = table::start(&mut tx, id, app.clock.now().0).await?;
    tx.commit().await?;
    if !is_started {
        return Err(RunError::Stopped);
    }
    let settings = settings_of(&row.id, &row.settings)?;
    let asked = read_asked(&mut app.store.read().await?, &settings).await?;
    let figures = gather(app, &asked, &[], &turn).await?;
    tell(app, id, GATHERED).await?;
    let progress = Arc::new(Progress::default());
    let work = {
        let progress = Arc::clone(&progress);
        let (is_logarithmic, features) = (logarithmic(&settings), asked.features.iter().map(|one| one.named.clone()));
        let features: Vec<Named> = features.collect();
        let now = app.clock.now();
        move || -> Result<(ClusteringResult, Figures, Vec<Option<usize>>), ClusterError> {
            let _turn = turn;
            let watch = |done: f64| progress.note(done);
            let divide = || find(&figures.columns, &is_logarithmic, &settings.method, settings.seed, &watch);
            let (result, labels) = result_of(with_half_the_processors(divide)?, &figures, &features, now);
            Ok((result, figures, labels))
        }
    };
    let (result, figures, labels) = watched(app, id, &progress, work).await??;
    save_found(app, id, &result, &figures, &labels).await
}

/// Work on a thread of its own, with somebody who tells how far it is. It stops where nobody waits for this any more, such as
/// whoever lost the lease of the job.
async fn watched<T: Send + 'static>(
    app: &App,
    id: &str,
    progress: &Progress,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RunError> {
    let mut work = tokio::task::spawn_blocking(work);
    let _stops = Stops(progress);
    let mut every = tokio::time::interval(TELL_EVERY);
    // The first tick comes at once.
    every.tick().await;
    loop {
        tokio::select! {
            done = &mut work => return done.map_err(|error| RunError::BrokeOff(error.to_string())),
            _ = every.tick() => {
                tell(app, id, GATHERED + (1.0 - GATHERED) * progress.done()).await?;
            }
        }
    }
}

/// Tells the thread to stop when it goes.
struct Stops<'p>(&'p Progress);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.stops.store(true, Ordering::Relaxed);
    }
}

/// What the thread and whoever watches it tell each other.
#[derive(Default)]
struct Progress {
    bits: AtomicU64,
    stops: AtomicBool,
}

impl Progress {
    fn note(&self, done: f64) -> bool {
        self.bits.store(done.to_bits(), Ordering::Relaxed);
        !self.stops.load(Ordering::Relaxed)
    }

    fn done(&self) -> f64 {
        f64::from_bits(self.bits.load(Ordering::Relaxed))
    }
}

async fn tell(app: &App, id: &str, done: f64) -> Result<(), RunError> {
    let mut tx = app.store.write().await?;
    let goes_on = table::update_progress(&mut tx, id, done).await?;
    tx.commit().await?;
    if goes_on { Ok(()) } else { Err(RunError::Stopped) }
}

pub(super) fn settings_of(id: &str, text: &str) -> Result<ClusteringSettings, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Inconsistency {
        table: "clusterings",
        column: "settings",
        row: id.to_owned(),
    })
}

fn logarithmic(settings: &ClusteringSettings) -> Vec<bool> {
    settings.features.iter().map(|feature| feature.is_logarithmic).collect()
}

/// The figures of whom it divides.
struct Figures {
    numbers: Vec<u32>,
    columns: Vec<Vec<f64>>,
    is_money: Vec<bool>,
    is_active: Vec<bool>,
    /// Of each of `sets` in [`gather`], who meets it.
    sets: Vec<Set>,
}

async fn gather(app: &App, asked: &Asked, sets: &[Rule], turn: &Turn) -> Result<Figures, RunError> {
    if asked.population == Tree::All(Vec::new()) {
        refuse_too_many(customers::count_all(&mut app.store.read().await?).await?.max(0) as u64)?;
    }
    let rules: Vec<Rule> = asked.rules().into_iter().chain(sets.iter().cloned()).collect();
    let index = gather_apart(app, &rules).await?;
    let (asked, sets, turn) = (asked.clone(), sets.to_vec(), turn.clone());
    let read = move || {
        let _turn = turn;
        read_figures(&index, &asked, &sets)
    };
    tokio::task::spawn_blocking(read).await.map_err(|error| RunError::BrokeOff(error.to_string()))?
}

fn refuse_too_many(people: u64) -> Result<(), RunError> {
    if people > PEOPLE_MAX as u64 {
        let reason = format!("it would divide {people} customers: name a population of at most {PEOPLE_MAX}");
        return Err(RunError::Refused(reason));
    }
    Ok(())
}

fn read_figures(index: &Index, asked: &Asked, sets: &[Rule]) -> Result<Figures, RunError> {
    // All that they need was gathered; a threshold of nobody is nobody's.
    let who =
        |rule: &Rule| index.who(rule).map_err(|_| RunError::Refused("nobody has what a rule compares".to_owned()));
    let people = who(&asked.population)?;
    refuse_too_many(people.len())?;
    let active = who(&asked.active)?;
    let (mut columns, mut is_money) = (Vec::new(), Vec::new());
    for feature in &asked.features {
        let found = index.figures(&feature.operand, &people);
        let found = found.map_err(|_| RunError::Refused("a feature is not known any more".to_owned()))?;
        columns.push(found.values);
        is_money.push(found.is_money);
    }
    Ok(Figures {
        is_active: people.iter().map(|number| active.contains(number)).collect(),
        numbers: people.iter().collect(),
        columns,
        is_money,
        sets: sets.iter().map(who).collect::<Result<_, _>>()?,
    })
}

/// The result, and the cluster of each customer: by the model as it will be read again.
fn result_of(
    found: Found,
    figures: &Figures,
    features: &[Named],
    now: Instant,
) -> (ClusteringResult, Vec<Option<usize>>) {
    let kept = serde_json::to_string(&found.model).ok().and_then(|text| serde_json::from_str::<Model>(&text).ok());
    let model = kept.unwrap_or(found.model);
    let features = features.iter().zip(&figures.is_money).map(|(named, is_money)| FeatureResult {
        name_zh: named.zh.clone(),
        name_en: named.en.clone(),
        is_money: *is_money,
        mean: None,
        missing: 0,
    });
    let mut result = ClusteringResult {
        version: RESULT_VERSION,
        model,
        tried: found.tried,
        judged_by: found.judged_by as u64,
        left_out: found.left_out.map(|(left_out, looked_at)| (left_out as u64, looked_at as u64)),
        features: features.collect(),
        people: 0,
        unplaced: 0,
        placed_at: 0,
        clusters: Vec::new(),
        active: 0,
        inactive: 0,
        drivers: Vec::new(),
    };
    let labels = place(&mut result, figures, now);
    (result, labels)
}

/// Places everybody by the model, and says anew what clusters are like.
fn place(result: &mut ClusteringResult, figures: &Figures, now: Instant) -> Vec<Option<usize>> {
    let labels = result.model.place_all(&figures.columns);
    let model = &result.model;
    result.people = figures.numbers.len() as u64;
    result.unplaced = labels.iter().filter(|label| label.is_none()).count() as u64;
    result.placed_at = now.0;
    result.clusters = portraits(&figures.columns, &model.scales, &labels, model.centres.len());
    result.active = figures.is_active.iter().filter(|is_active| **is_active).count() as u64;
    result.inactive = result.people - result.active;
    result.drivers = drivers(&figures.columns, &model.scales, &figures.is_active);
    for (feature, column) in result.features.iter_mut().zip(&figures.columns) {
        let (mut sum, mut known) = (0.0, 0_u64);
        for value in column.iter().filter(|value| !value.is_nan()) {
            sum += value;
            known += 1;
        }
        feature.mean = (known > 0).then(|| sum / known as f64);
        feature.missing = column.len() as u64 - known;
    }
    labels
}

/// Clusters are numbered from 1.
fn number_of(label: usize) -> i64 {
    label as i64 + 1
}

async fn save_found(
    app: &App,
    id: &str,
    result: &ClusteringResult,
    figures: &Figures,
    labels: &[Option<usize>],
) -> Result<(), RunError> {
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    if !table::finish(&mut tx, id, &result.text(), app.clock.now().0).await? {
        return Err(RunError::Stopped);
    }
    let row =
        |label| ClusterRow { number: number_of(label), name: String::new(), description: String::new(), tag: None };
    let rows: Vec<ClusterRow> = (0..result.clusters.len()).map(row).collect();
    table::add_clusters(&mut tx, id, &rows).await?;
    replace_members(&mut tx, id, figures, labels).await?;
    Ok(tx.commit().await?)
}

/// Whoever was erased or merged meanwhile has no row: call [`journal::lock_applier`] before.
async fn replace_members(
    tx: &mut WriteTx<'_>,
    id: &str,
    figures: &Figures,
    labels: &[Option<usize>],
) -> Result<(), StoreError> {
    let standing: HashSet<i64> = customers::numbers_within(tx, &Scope::Everyone).await?.into_iter().collect();
    let placed = figures.numbers.iter().zip(labels).filter_map(|(number, label)| {
        let customer_number = i64::from(*number);
        let row = MemberRow { customer_number, cluster_number: number_of((*label)?) };
        standing.contains(&customer_number).then_some(row)
    });
    let rows: Vec<MemberRow> = placed.collect();
    table::replace_members(tx, id, &rows).await
}

/// Places everybody anew by the nearest centre, and sets the tags. Safe to run twice: the outcome is that of the last one.
pub async fn assign_job(app: &App, id: &str) -> Result<(), JobError> {
    let retry = |error: StoreError| JobError::Retry(error.to_string());
    let row = table::get(&mut app.store.read().await.map_err(retry)?, id).await.map_err(retry)?;
    let Some(row) = row.filter(|row| row.state == "done") else { return Ok(()) };
    let asked_at = row.assignment_asked_at;
    let refused = match assign(app, &row).await {
        Ok(()) => None,
        // A refused question is no failure of the job: whoever asked reads why.
        Err(RunError::Refused(reason)) => Some(reason),
        Err(error) => return Err(error.into()),
    };
    let mut tx = app.store.write().await.map_err(retry)?;
    let is_last = table::end_assignment(&mut tx, id, asked_at, refused.as_deref()).await.map_err(retry)?;
    let is_there = table::get(&mut tx, id).await.map_err(retry)?.is_some();
    tx.commit().await.map_err(retry)?;
    // Somebody asked again while this one went on, and may have switched tags on: it did not see that.
    if is_there && !is_last { Err(JobError::Later) } else { Ok(()) }
}

async fn assign(app: &App, row: &ClusteringRow) -> Result<(), RunError> {
    let turn = Turn::take(&app.data_dir).ok_or(RunError::Later)?;
    let mut result = ClusteringResult::read(row.result.as_deref().unwrap_or_default())?;
    let settings = settings_of(&row.id, &row.settings)?;
    let mut tx = app.store.read().await?;
    let asked = read_asked(&mut tx, &settings).await?;
    let kept = tags::kept_tags(&mut tx, row).await?;
    drop(tx);
    let figures = gather(app, &asked, &kept.rules(), &turn).await?;
    let now = app.clock.now();
    let work = {
        let turn = turn.clone();
        move || {
            let _turn = turn;
            let labels = place(&mut result, &figures, now);
            (result, figures, labels)
        }
    };
    let placed = tokio::task::spawn_blocking(work).await;
    let (result, figures, labels) = placed.map_err(|error| RunError::BrokeOff(error.to_string()))?;
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    if !table::replace_result(&mut tx, &row.id, &result.text()).await? {
        // It was deleted meanwhile.
        return Ok(());
    }
    replace_members(&mut tx, &row.id, &figures, &labels).await?;
    tx.commit().await?;
    let placed =
        figures.numbers.iter().zip(&labels).filter_map(|(number, label)| Some((*number, number_of((*label)?))));
    Ok(tags::follow(app, &kept, &figures.sets, placed).await?)
}

/// Marks one as failed that nobody goes on with.
pub(crate) async fn fail_in_tx(tx: &mut WriteTx<'_>, id: &str, error: &str, at: Instant) -> Result<(), StoreError> {
    table::end(tx, id, "failed", Some(error), at.0).await.map(|_| ())
}

/// Nobody goes on placing: what was placed before stays, and whoever asked reads why.
pub(crate) async fn fail_assignment_in_tx(tx: &mut WriteTx<'_>, id: &str, error: &str) -> Result<(), StoreError> {
    let Some(row) = table::get(tx, id).await? else { return Ok(()) };
    table::end_assignment(tx, id, row.assignment_asked_at, Some(error)).await.map(|_| ())
}
