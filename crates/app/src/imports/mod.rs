//! Importing files of orders and customers: one implementation for the command line and the wizard.
//!
//! | step | what happens | after a kill |
//! |---|---|---|
//! | reading | rows are read, checked and spooled by customer; rejected rows go to a file | starts over: nothing was accepted yet |
//! | applying | partition by partition: facts are assembled, accepted into the journal, applied, handed over | goes on with the next partition |
//! | done | counts are final, a value run is enqueued; also where it failed or was cancelled after something was accepted | – |
//!
//! Tables: `imports`, `uploads`; folder `imports/<id>`: lock, spool, rejected rows.
//! Invariants:
//! - one process runs an import at a time (an operating-system lock on its folder, gone with the process);
//! - the same file twice changes nothing; bad rows never stop the good ones;
//! - facts that were accepted stay, also when the import is cancelled later;
//! - an import that failed can be let go on where it was, without its files being read again: by another try of its
//!   dead job, by the same files and settings once more, or all at once (`try_again`).

mod ahead;
mod apply;
mod folder;
mod late;
mod preview;
mod read;
mod rows;
mod source;
mod spool;
mod state;
mod traces;
mod uploads;

pub use folder::remove_spools_except;
pub use preview::{PreviewResult, PreviewedFile, preview};
pub use state::view_or_failure;
pub use state::{
    ErrorCount, ImportFailure, ImportFile, ImportProgress, ImportRequest, ImportResult, ImportState, ImportView,
    MatchedRule, ReadCounts,
};
pub(crate) use traces::{Looked, Needles, Traces, look_for_traces, remove_traces};
pub use uploads::{
    UPLOAD_BYTES_MAX, Upload, UploadWriter, begin_upload, find_uploads, finish_upload, folder as uploads_folder,
};

use crate::access::idempotency::{AnsweredMeanwhile, Once};
use crate::access::{Actor, hex};
use crate::jobs::{Job, JobError};
use crate::pipeline::{self, BLOCK_SET_ASIDE, PipelineError};
use crate::random::new_id;
use crate::webhooks::{Happened, Subscribers, publish};
use crate::{App, audit, jobs, settings};
use perennial_domain::import::field::ImportKind;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_domain::webhook::EventType;
use perennial_store::imports::{self as table, ImportRow};
use perennial_store::{StoreError, WriteTx, journal};
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

    /// What the import ends with; none where it may go on later.
    fn failure(&self) -> Option<ImportFailure> {
        match self {
            Self::Refused { code, text } => Some(ImportFailure::new(code, text)),
            Self::Io { .. } => Some(ImportFailure::new("file_unreadable", self.to_string())),
            // It will be as large the next time.
            Self::Pipeline(PipelineError::Unwritable { reason, .. }) => Some(ImportFailure::new(
                "block_too_large",
                format!(
                    "{} rows of the file are too long together ({reason}): leave columns of long text out, then import \
                     the file again; what was accepted before stays",
                    pipeline::BLOCK_FACTS_MAX
                ),
            )),
            Self::Store(_) | Self::Pipeline(_) | Self::Busy | Self::NotFound(_) | Self::Answered(_) => None,
        }
    }

    pub fn io(context: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let context = context.into();
        move |source| Self::Io { context, source }
    }
}

/// Creates an import, or finds the unfinished one of the same files and request to go on with it, or one that failed
/// with a part set aside, which is tried again. The mapping and options in the request are complete: [`preview`] filled
/// them in.
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
    let (id, action) = match table::find_set_aside(tx, &fingerprint).await? {
        Some(row) => {
            reopen_in_tx(app, tx, &row.id).await?;
            (row.id, "import.reopened")
        }
        None => {
            let id = new_id(app.random.as_ref(), "imp", now);
            table::insert(tx, &new_row(&id, actor, &request, fingerprint, now)).await?;
            (id, "import.created")
        }
    };
    if enqueue {
        jobs::enqueue(app, tx, &Job::Import { import_id: id.clone() }).await?;
    }
    let detail = serde_json::json!({ "kind": request.kind, "files": request.files.len(), "dry_run": request.dry_run });
    audit::append(app, tx, actor, action, &id, detail).await?;
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
    settings::lock(tx).await?;
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

/// Amounts are accepted in the workspace's currency: what was settled when the import was made may have been changed
/// since, as long as nothing was accepted. The currency stays what it is until the end of this transaction.
async fn expect_currency(tx: &mut WriteTx<'_>, request: &ImportRequest) -> Result<(), ImportError> {
    settings::lock(tx).await?;
    let has_money = request.kind == ImportKind::Orders;
    let Some(currency) = request.options.currency.filter(|_| has_money) else { return Ok(()) };
    let current = settings::current(tx).await?;
    match current.currency {
        Some(brand) if brand == currency => Ok(()),
        // The guess was named: these are the same amounts.
        Some(brand) if request.currency_assumed && brand.exponent() == currency.exponent() => Ok(()),
        Some(brand) => Err(other_currency(brand, currency, current.currency_assumed)),
        None => Err(ImportError::refused(
            "currency_differs",
            format!(
                "the workspace has no currency any more: name {} in the settings, then import again",
                currency.code()
            ),
        )),
    }
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
    hex(&hasher.finalize())
}

/// Runs or continues an import to its end. `observe` sees the progress a few times a second.
pub async fn run(app: &App, id: &str, observe: &(dyn Fn(&ImportProgress) + Sync)) -> Result<ImportView, ImportError> {
    let row = load(app, id).await?;
    let lock = Arc::new(folder::lock(app, id)?);
    let outcome = match run_steps(app, &row, &lock, observe).await {
        // Whoever sets one of its blocks aside, here or in another process, ends it: then nothing of it can change.
        Err(ImportError::Store(_) | ImportError::Pipeline(PipelineError::Store(_)))
            if load(app, id).await?.finished_at.is_some() =>
        {
            Ok(())
        }
        outcome => outcome,
    };
    if let Some(failure) = outcome.as_ref().err().and_then(ImportError::failure) {
        folder::remove_spool(app, id);
        finish(app, id, ImportState::Failed, Some(&failure)).await?;
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
    lock: &Arc<File>,
    observe: &(dyn Fn(&ImportProgress) + Sync),
) -> Result<(), ImportError> {
    if ImportState::parse(&row.state).is_some_and(ImportState::is_final) {
        return Ok(());
    }
    let request: &ImportRequest = &serde_json::from_str(&row.request)
        .map_err(|error| ImportError::refused("request_unreadable", format!("import {}: {error}", row.id)))?;
    if row.step == 0 || !folder::spool_is_complete(app, &row.id) {
        start_over(app, row).await?;
        if !read::read_all(app, row, request, lock, observe).await? {
            folder::remove_spool(app, &row.id);
            return finish(app, &row.id, ImportState::Cancelled, None).await;
        }
    }
    let finished = apply::apply_partitions(app, &row.id, request, observe).await?;
    finish(app, &row.id, if finished { ImportState::Done } else { ImportState::Cancelled }, None).await?;
    // Not before: an import that failed in the end goes on without reading its files again.
    folder::remove_spool(app, &row.id);
    Ok(())
}

/// Its spool is gone although partitions of it were accepted: what is read now may be cut otherwise, so it counts from
/// the first partition. What was accepted is known then, and is counted once more, as duplicates.
async fn start_over(app: &App, row: &ImportRow) -> Result<(), ImportError> {
    if row.step == 0 {
        return Ok(());
    }
    let mut tx = app.store.write().await?;
    table::update_step(&mut tx, &row.id, 0).await?;
    Ok(tx.commit().await?)
}

async fn finish(app: &App, id: &str, state: ImportState, failure: Option<&ImportFailure>) -> Result<(), ImportError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))?;
    // First the outbox, then the import: whoever applies its blocks takes them in this order.
    tell_end(app, &mut tx, &row, state, failure).await?;
    let error = failure.map(ImportFailure::json);
    table::update_state(&mut tx, id, state.code(), error.as_deref(), row.started_at, Some(now.0)).await?;
    if state == ImportState::Done && !row.dry_run {
        jobs::enqueue(app, &mut tx, &Job::Compact).await?;
    }
    value_what_came(app, &mut tx, &row, state).await?;
    Ok(tx.commit().await?)
}

/// Others hear that an import has ended, and how.
async fn tell_end(
    app: &App,
    tx: &mut WriteTx<'_>,
    row: &ImportRow,
    state: ImportState,
    failure: Option<&ImportFailure>,
) -> Result<(), StoreError> {
    let subscribers = Subscribers::load(tx).await?;
    if row.dry_run || !subscribers.want(EventType::ImportFinished, false) {
        return Ok(());
    }
    let report = row.result.as_deref().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let data = serde_json::json!({
        "import_id": row.id,
        "state": state.code(),
        "error": failure.map(|failure| failure.code.as_str()),
        "report": report,
    });
    publish(app, tx, &subscribers, &[Happened::new(EventType::ImportFinished, None, data)]).await
}

/// Values follow what an import has brought, also one that did not come to its end.
async fn value_what_came(
    app: &App,
    tx: &mut WriteTx<'_>,
    row: &ImportRow,
    state: ImportState,
) -> Result<(), StoreError> {
    let has_accepted = row.step > 0 || state == ImportState::Done;
    if has_accepted && !row.dry_run {
        crate::value::enqueue_run(app, tx).await?;
    }
    Ok(())
}

/// Marks an import as failed that nobody goes on with; one that has ended stays as it is.
pub async fn fail_in_tx(app: &App, tx: &mut WriteTx<'_>, id: &str, failure: &ImportFailure) -> Result<(), StoreError> {
    let Some(row) = table::get(tx, id).await?.filter(|row| row.finished_at.is_none()) else { return Ok(()) };
    let failed = ImportState::Failed;
    tell_end(app, tx, &row, failed, Some(failure)).await?;
    let at = app.clock.now().0;
    table::update_state(tx, id, failed.code(), Some(&failure.json()), row.started_at, Some(at)).await?;
    value_what_came(app, tx, &row, failed).await
}

/// Lets a failed import go on where it was, and what of it was set aside be tried again.
pub async fn reopen_in_tx(app: &App, tx: &mut WriteTx<'_>, id: &str) -> Result<(), StoreError> {
    table::reopen(tx, id).await?;
    journal::try_again(tx, Some(id)).await?;
    jobs::end_dead(app, tx, &Job::Import { import_id: id.to_owned() }).await
}

/// Lets all that was set aside be tried again, and runs the imports that had ended by it. Returns these, as they are
/// now.
pub async fn try_again(app: &App, actor: &Actor) -> Result<Vec<ImportView>, ImportError> {
    let mut tx = app.store.write().await?;
    let ids = journal::imports_set_aside(&mut tx).await?;
    for id in &ids {
        reopen_in_tx(app, &mut tx, id).await?;
        audit::append(app, &mut tx, actor, "import.reopened", id, serde_json::json!({})).await?;
    }
    // And what belongs to no import.
    journal::try_again(&mut tx, None).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    let mut views = Vec::new();
    for id in ids {
        views.push(match run(app, &id, &|_| {}).await {
            Ok(view) => view,
            // A server was faster, or it has failed again.
            Err(error) if matches!(error, ImportError::Busy) || error.failure().is_some() => view(app, &id).await?,
            Err(error) => return Err(error),
        });
    }
    pipeline::hand_over(app).await?;
    Ok(views)
}

/// Whether the report of a block still belongs into this row: also after it failed, for what it had accepted.
pub fn takes_reports(row: &ImportRow) -> bool {
    row.finished_at.is_none() || row.state == ImportState::Failed.code()
}

/// The job that the server's worker runs.
pub async fn run_job(app: &App, id: &str) -> Result<(), JobError> {
    match run(app, id, &|_| {}).await {
        // Dead, so that it is in view and can be tried again.
        Ok(ImportView { error: Some(failure), .. }) if failure.code == BLOCK_SET_ASIDE => {
            Err(JobError::Fail(failure.text))
        }
        Ok(_) => Ok(()),
        // It says itself why it failed.
        Err(error) if error.failure().is_some() && load(app, id).await.is_ok_and(|row| row.finished_at.is_some()) => {
            Ok(())
        }
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
    Ok(table::list(&mut tx, cursor, limit).await?.iter().map(state::view_or_failure).collect())
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

/// Each in a commit of its own: others write in between.
async fn resume_indexes(app: &App) -> Result<(), ImportError> {
    loop {
        let mut tx = app.store.write().await?;
        if !perennial_store::customers::resume_an_index(&mut tx).await? {
            return Ok(());
        }
        tx.commit().await?;
    }
}

/// Puts imports that a dead process left unfinished back in the queue: at the start of a server.
pub async fn requeue_unfinished(app: &App) -> Result<(), ImportError> {
    let mut tx = app.store.write().await?;
    let unfinished = table::unfinished(&mut tx).await?;
    let nobody_resumes = unfinished.is_empty();
    for row in unfinished {
        jobs::enqueue(app, &mut tx, &Job::Import { import_id: row.id }).await?;
    }
    tx.commit().await?;
    if nobody_resumes {
        // A process that was killed while it imported a large file left some out.
        resume_indexes(app).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_get_better_ends_an_import_and_what_may_does_not() {
        let unwritable =
            PipelineError::Unwritable { block: "imp_a:0:0".to_owned(), reason: "1 byte too long".to_owned() };
        let failure = ImportError::from(unwritable).failure().unwrap();
        assert_eq!(failure.code, "block_too_large");
        assert!(failure.text.contains("leave columns of long text out"), "{}", failure.text);
        assert_eq!(ImportError::from(StoreError::Busy("locked".to_owned())).failure(), None);
        let unreadable = PipelineError::Unreadable { block: "applied 3".to_owned(), reason: "cut off".to_owned() };
        assert_eq!(ImportError::from(unreadable).failure(), None);
    }
}
