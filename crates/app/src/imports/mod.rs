//! Importing files of orders and customers: one implementation for the command line and the wizard.
//!
//! | step | what happens | after a kill |
//! |---|---|---|
//! | reading | rows are read, checked and spooled by customer; rejected rows go to a file | starts over: nothing was accepted yet |
//! | applying | partition by partition: facts are assembled, accepted into the journal, applied, handed over | goes on with the next partition |
//! | done | counts are final, a value run is enqueued | – |
//!
//! Tables: `imports`, `uploads`; folder `imports/<id>`: lock, spool, rejected rows.
//! Invariants:
//! - one process runs an import at a time (an operating-system lock on its folder, gone with the process);
//! - the same file twice changes nothing; bad rows never stop the good ones;
//! - facts that were accepted stay, also when the import is cancelled later.

mod apply;
mod folder;
mod preview;
mod read;
mod rows;
mod source;
mod spool;
mod state;
mod uploads;

pub use folder::remove_spools_except;
pub use preview::{PreviewResult, PreviewedFile, preview};
pub use state::view_of;
pub use state::{
    ErrorCount, ImportFailure, ImportFile, ImportProgress, ImportRequest, ImportResult, ImportState, ImportView,
    MatchedRule, ReadCounts,
};
pub use uploads::{UPLOAD_BYTES_MAX, Upload, UploadWriter, begin_upload, find_uploads, finish_upload};

use crate::access::Actor;
use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::jobs::{Job, JobError};
use crate::pipeline::PipelineError;
use crate::random::new_id;
use crate::{App, audit, jobs, settings};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_store::imports::{self as table, ImportRow};
use perennial_store::{StoreError, WriteTx};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error("another process is running this import")]
    Busy,
    /// The file or its mapping cannot be used; the text says what to do.
    #[error("{text}")]
    Refused { code: &'static str, text: String },
    #[error("{context}: {source}")]
    Io { context: String, source: std::io::Error },
    #[error("import {0} is not known")]
    NotFound(String),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
}

impl ImportError {
    pub fn refused(code: &'static str, text: impl Into<String>) -> Self {
        Self::Refused { code, text: text.into() }
    }

    fn failure(&self) -> ImportFailure {
        match self {
            Self::Refused { code, text } => ImportFailure::new(code, text),
            Self::Io { .. } => ImportFailure::new("file_unreadable", self.to_string()),
            Self::Store(_) | Self::Pipeline(_) | Self::Busy | Self::NotFound(_) | Self::Answered(_) => {
                ImportFailure::new("import_failed", self.to_string())
            }
        }
    }

    pub fn io(context: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let context = context.into();
        move |source| Self::Io { context, source }
    }
}

/// Creates an import, or finds the unfinished one of the same files and request to go on with it.
/// The mapping and options in the request are complete: [`preview`] filled them in.
pub async fn create(app: &App, actor: &Actor, request: ImportRequest, enqueue: bool) -> Result<String, ImportError> {
    Ok(create_once(app, actor, request, enqueue, &Once::unkeyed()).await?.id)
}

/// [`create`] for a request that may come twice.
pub async fn create_once(
    app: &App,
    actor: &Actor,
    request: ImportRequest,
    enqueue: bool,
    once: &Once<'_, ImportView>,
) -> Result<ImportView, ImportError> {
    let mut tx = app.store.write().await?;
    once.claim::<ImportError>(app, &mut tx).await?;
    let id = create_in_tx(app, &mut tx, actor, request, enqueue).await?;
    let row = table::get(&mut tx, &id).await?.ok_or_else(|| ImportError::NotFound(id))?;
    let view = state::view_of(&row)?;
    once.keep(&mut tx, &view).await?;
    tx.commit().await?;
    Ok(view)
}

async fn create_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    mut request: ImportRequest,
    enqueue: bool,
) -> Result<String, ImportError> {
    let fingerprint = fingerprint(&request);
    let now = app.clock.now();
    settle_currency(tx, actor, app, &mut request).await?;
    if let Some(row) = table::find_unfinished(tx, &fingerprint).await? {
        return Ok(row.id);
    }
    let id = new_id(app.random.as_ref(), "imp", now);
    table::insert(tx, &new_row(&id, actor, &request, fingerprint, now)).await?;
    if enqueue {
        jobs::enqueue(app, tx, &Job::Import { import_id: id.clone() }).await?;
    }
    let detail = serde_json::json!({ "kind": request.kind, "files": request.files.len(), "dry_run": request.dry_run });
    audit::append(app, tx, actor, "import.created", &id, detail).await?;
    Ok(id)
}

fn new_row(id: &str, actor: &Actor, request: &ImportRequest, fingerprint: String, now: Instant) -> ImportRow {
    ImportRow {
        id: id.to_owned(),
        kind: request.kind.code().to_owned(),
        state: ImportState::Queued.code().to_owned(),
        fingerprint,
        request: serde_json::to_string(request).unwrap_or_default(),
        progress: serde_json::to_string(&ImportProgress::default()).unwrap_or_default(),
        result: None,
        error: None,
        step: 0,
        cancel_requested: false,
        dry_run: request.dry_run,
        created_by: actor.name().to_owned(),
        created_at: now.0,
        started_at: None,
        finished_at: None,
    }
}

/// The workspace has one currency. The first import with money decides it, later ones must agree.
async fn settle_currency(
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    app: &App,
    request: &mut ImportRequest,
) -> Result<(), ImportError> {
    let current = settings::current(tx).await?;
    // A guess of an import that accepted nothing binds nobody.
    let fixed = !current.currency_assumed || settings::has_facts(tx).await?;
    match (current.currency, request.options.currency) {
        (Some(brand), Some(file)) if brand == file => Ok(()),
        (Some(brand), Some(file)) if fixed => Err(other_currency(brand, file, current.currency_assumed)),
        (Some(brand), None) => {
            request.options.currency = Some(brand);
            Ok(())
        }
        (_, Some(file)) if !request.dry_run => {
            Ok(settings::set_currency(app, tx, actor, file, request.currency_assumed).await?)
        }
        _ => Ok(()),
    }
}

fn other_currency(brand: Currency, file: Currency, assumed: bool) -> ImportError {
    let (brand, file) = (brand.code(), file.code());
    let text = if assumed {
        format!(
            "amounts were taken for {brand} because nobody had said: name the currency in the settings, then import {file}"
        )
    } else {
        format!("the workspace counts in {brand}, the file in {file}: convert the amounts first")
    };
    ImportError::refused("currency_differs", text)
}

/// The same files with the same meaning have the same fingerprint. Files are told by path, size and time
/// of change: reading ten gigabytes just to compare would cost as much as importing them.
fn fingerprint(request: &ImportRequest) -> String {
    let mut hasher = Sha256::new();
    hasher.update(serde_json::to_vec(request).unwrap_or_default());
    for file in &request.files {
        if let Ok(meta) = std::fs::metadata(&file.path) {
            let changed = meta.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            hasher.update(format!("{}:{:?}", meta.len(), changed.map(|since| since.as_nanos())));
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs or continues an import to its end. `observe` sees the progress a few times a second.
pub async fn run(app: &App, id: &str, observe: &(dyn Fn(&ImportProgress) + Sync)) -> Result<ImportView, ImportError> {
    let row = load(app, id).await?;
    let lock = Arc::new(folder::lock(app, id)?);
    let request: ImportRequest = serde_json::from_str(&row.request)
        .map_err(|error| ImportError::refused("request_unreadable", format!("import {id}: {error}")))?;
    let outcome = run_steps(app, &row, &request, &lock, observe).await;
    if let Err(error) = &outcome
        && !matches!(error, ImportError::Store(_) | ImportError::Pipeline(_))
    {
        folder::remove_spool(app, id);
        finish(app, id, ImportState::Failed, Some(&error.failure())).await?;
    }
    // Also after a failure, and also those that a killed process left out: lists are to be quick again.
    resume_indexes(app).await?;
    drop(lock);
    outcome?;
    view(app, id).await
}

async fn run_steps(
    app: &App,
    row: &ImportRow,
    request: &ImportRequest,
    lock: &Arc<File>,
    observe: &(dyn Fn(&ImportProgress) + Sync),
) -> Result<(), ImportError> {
    if ImportState::parse(&row.state).is_some_and(ImportState::is_final) {
        return Ok(());
    }
    let needs_reading = row.step == 0 || !folder::spool_is_complete(app, &row.id);
    if needs_reading && !read::read_all(app, row, request, lock, observe).await? {
        folder::remove_spool(app, &row.id);
        return finish(app, &row.id, ImportState::Cancelled, None).await;
    }
    let finished = apply::apply_partitions(app, &row.id, request, observe).await?;
    folder::remove_spool(app, &row.id);
    finish(app, &row.id, if finished { ImportState::Done } else { ImportState::Cancelled }, None).await
}

async fn finish(app: &App, id: &str, state: ImportState, failure: Option<&ImportFailure>) -> Result<(), ImportError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))?;
    let error = failure.map(ImportFailure::json);
    table::update_state(&mut tx, id, state.code(), error.as_deref(), row.started_at, Some(now.0)).await?;
    if state == ImportState::Done && !row.dry_run {
        crate::value::enqueue_run(app, &mut tx).await?;
        jobs::enqueue(app, &mut tx, &Job::Compact).await?;
    }
    Ok(tx.commit().await?)
}

/// Marks an import as failed that nobody goes on with; one that has ended stays as it is.
pub async fn fail_in_tx(tx: &mut WriteTx<'_>, id: &str, error: &str, at: Instant) -> Result<(), StoreError> {
    match table::get(tx, id).await? {
        Some(row) if row.finished_at.is_none() => {
            let failed = ImportState::Failed.code();
            let error = ImportFailure::new("job_dead", error).json();
            table::update_state(tx, id, failed, Some(&error), row.started_at, Some(at.0)).await
        }
        _ => Ok(()),
    }
}

/// The job that the server's worker runs.
pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    match run(app, id, &|_| {}).await {
        Ok(_) | Err(ImportError::Refused { .. } | ImportError::Io { .. }) => Ok(()),
        Err(ImportError::NotFound(text)) => Err(JobError::Fail(format!("import {text} is not known"))),
        Err(ImportError::Busy) => Err(JobError::Later),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}

async fn load(app: &App, id: &str) -> Result<ImportRow, ImportError> {
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))
}

pub async fn view(app: &App, id: &str) -> Result<ImportView, ImportError> {
    state::view_of(&load(app, id).await?)
}

/// Newest first; the cursor is the id of the last one seen.
pub async fn list(app: &App, cursor: Option<&str>, limit: i64) -> Result<Vec<ImportView>, ImportError> {
    let mut tx = app.store.read().await?;
    table::list(&mut tx, cursor, limit).await?.iter().map(state::view_of).collect()
}

/// Asks a running import to stop at the next safe place. What is accepted stays.
pub async fn cancel(app: &App, actor: &Actor, id: &str) -> Result<(), ImportError> {
    let mut tx = app.store.write().await?;
    if !table::request_cancel(&mut tx, id).await? {
        return Err(ImportError::NotFound(id.to_owned()));
    }
    // Where nobody runs it, somebody must see the wish.
    jobs::enqueue(app, &mut tx, &Job::Import { import_id: id.to_owned() }).await?;
    audit::append(app, &mut tx, actor, "import.cancelled", id, serde_json::json!({})).await?;
    Ok(tx.commit().await?)
}

/// What the workspace knows, all imports together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub customers: u64,
    /// Purchases of customers and guests.
    pub orders: u64,
}

pub async fn known(app: &App) -> Result<Known, ImportError> {
    let mut tx = app.store.read().await?;
    let customers = perennial_store::customers::count_all(&mut tx).await?;
    let orders = perennial_store::orders::count_purchases(&mut tx).await?;
    Ok(Known { customers: customers.max(0) as u64, orders: orders.max(0) as u64 })
}

/// The file of rejected rows, where there are any.
pub fn rejected_file(app: &App, id: &str) -> Option<PathBuf> {
    let path = folder::rejected_path(app, id);
    path.is_file().then_some(path)
}

async fn resume_indexes(app: &App) -> Result<(), ImportError> {
    let mut tx = app.store.write().await?;
    perennial_store::customers::resume_indexes(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Puts imports that a dead process left unfinished back in the queue: at the start of a server.
pub async fn requeue_unfinished(app: &App) -> Result<(), ImportError> {
    let mut tx = app.store.write().await?;
    let unfinished = table::unfinished(&mut tx).await?;
    if unfinished.is_empty() {
        // A process that was killed while it imported a large file left some out.
        perennial_store::customers::resume_indexes(&mut tx).await?;
    }
    for row in unfinished {
        jobs::enqueue(app, &mut tx, &Job::Import { import_id: row.id }).await?;
    }
    Ok(tx.commit().await?)
}
