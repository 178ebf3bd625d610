//! The second step: partition by partition, facts go through the pipeline.
//!
//! While one partition is applied, the next ones are being assembled on a thread of their own, and what is applied
//! already goes to history. The step recorded with a partition's blocks commits with them: a re-run
//! goes on after the last one that is in the journal.

use super::state::{ImportProgress, ImportRequest, ImportState};
use super::{ImportError, folder, spool};
use crate::App;
use crate::pace::usual_or_small;
use crate::pipeline::{self, ApplyReport, Newcomers, PipelineError, PreparedBlock};
use perennial_domain::fact::{AppliedBlock, FACT_BLOCK_VERSION, FactBlock};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::orders;
use perennial_domain::money::Currency;
use perennial_store::imports::{self as table};
use perennial_store::{WriteTx, customers, journal};
use std::path::PathBuf;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

/// What a thread needs to assemble partitions.
struct Assembly {
    kind: ImportKind,
    source: String,
    /// Of each partition.
    files: Vec<Vec<PathBuf>>,
    import_id: String,
    currency: Currency,
    created_at: i64,
}

/// Applies all partitions that are not yet applied. False when it was cancelled in between.
pub async fn apply_partitions(
    app: &App,
    id: &str,
    request: &ImportRequest,
    observe: &(dyn Fn(&ImportProgress) + Sync),
) -> Result<bool, ImportError> {
    let files = spool::partitions(&folder::spool_path(app, id)).map_err(ImportError::io("cannot read the spool"))?;
    let partitions = u32::try_from(files.len()).unwrap_or(u32::MAX);
    let row = super::load(app, id).await?;
    let mut progress: ImportProgress = serde_json::from_str(&row.progress).unwrap_or_default();
    progress.partitions = partitions;
    let assembly = Assembly {
        kind: request.kind,
        source: request.options.source.clone(),
        files,
        import_id: id.to_owned(),
        currency: request.options.currency.unwrap_or(UNPRICED),
        created_at: row.created_at,
    };
    if !request.dry_run {
        suspend_indexes_if_worth_it(app, &progress).await?;
    }
    let mut newcomers = if request.dry_run {
        None
    } else {
        Newcomers::of_nobody(&mut app.store.read().await?, progress.counts.rows).await?
    };
    let mut hand_over = HandOver::default();
    let started = app.clock.now();
    let first = u32::try_from(row.step).unwrap_or(0);
    let mut assembled = assemble_ahead(assembly, first)?;
    for partition in first..partitions {
        let blocks = assembled.recv().await.ok_or_else(fault_in_assembly)??;
        if request.dry_run {
            if save_progress_apart(app, id, &progress).await? {
                return Ok(false);
            }
            dry_apply(app, id, partition, blocks).await?;
        } else {
            if !accept_partition(app, id, partition, &blocks, request, &progress).await? {
                return Ok(false);
            }
            let mut keep = |sequence, block| hand_over.keep(sequence, block);
            pipeline::apply_prepared(app, blocks, &mut newcomers, &mut keep).await?;
            hand_over.go_on(app).await?;
        }
        progress.partitions_done = partition + 1;
        estimate(&mut progress, app.clock.now().0 - started.0, partition + 1 - first);
        observe(&progress);
    }
    if save_progress_apart(app, id, &progress).await? {
        return Ok(false);
    }
    hand_over.start(app).await?;
    // Beside the last hand-over, which leaves the database alone until it is done.
    super::resume_indexes(app).await?;
    hand_over.finish().await?;
    if !request.dry_run {
        pipeline::apply_all(app).await?;
        pipeline::hand_over(app).await?;
    }
    Ok(true)
}

/// What is applied goes to history on a task of its own, one at a time, while the next partition is applied. The
/// blocks stay at hand until then: a full append's worth, and another one under way.
#[derive(Default)]
struct HandOver {
    waiting: Vec<(i64, AppliedBlock)>,
    lines: usize,
    task: Option<JoinHandle<Result<(), PipelineError>>>,
}

impl HandOver {
    fn keep(&mut self, sequence: i64, block: AppliedBlock) {
        self.lines += pipeline::lines_of(&block);
        self.waiting.push((sequence, block));
    }

    /// Starts the next one where enough waits; the one before has ended by then.
    async fn go_on(&mut self, app: &App) -> Result<(), ImportError> {
        if self.lines < usual_or_small(pipeline::LINES_PER_APPEND, 1) {
            return Ok(());
        }
        self.start(app).await
    }

    async fn start(&mut self, app: &App) -> Result<(), ImportError> {
        self.finish().await?;
        self.lines = 0;
        let (app, blocks) = (app.clone(), std::mem::take(&mut self.waiting));
        self.task = Some(tokio::spawn(async move { pipeline::hand_over_applied(&app, &blocks).await }));
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), ImportError> {
        let Some(task) = self.task.take() else { return Ok(()) };
        task.await.map_err(|error| ImportError::refused("hand_over_failed", error.to_string()))??;
        Ok(())
    }
}

/// Fewer rows than this are applied with the list's indexes in place.
const ROWS_WORTH_SUSPENDING: u64 = 200_000;
/// Nor is it worth it where fewer than one in so many customers can change.
const CUSTOMERS_PER_ROW_MAX: u64 = 10;

/// Keeping the sorted lists of a million customers up to date, block by block, costs more than all the rest. Whoever
/// ends the import makes the indexes again (`imports::run`).
async fn suspend_indexes_if_worth_it(app: &App, progress: &ImportProgress) -> Result<(), ImportError> {
    let rows = progress.counts.rows - progress.counts.rejected;
    let mut tx = app.store.write().await?;
    let customers = u64::try_from(customers::count_all(&mut tx).await?).unwrap_or(0);
    if rows < ROWS_WORTH_SUSPENDING || rows < customers / CUSTOMERS_PER_ROW_MAX {
        return Ok(());
    }
    customers::suspend_indexes(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Facts of a file without any amount carry no money; the block still names a currency.
const UNPRICED: Currency = Currency::NONE;

/// The partitions from this one on, in their order. One is ahead of the one that is applied: it fills the time in which
/// only the database works, and is held in memory. The thread ends with the receiver.
fn assemble_ahead(assembly: Assembly, first: u32) -> Result<Receiver<Assembled>, ImportError> {
    let (sender, receiver) = channel(1);
    let runtime = Handle::current();
    let assemble_all = move || {
        for (partition, files) in (0u32..).zip(&assembly.files).skip(first as usize) {
            // Not before the one before was taken.
            let Ok(place) = runtime.block_on(sender.reserve()) else { return };
            place.send(assemble(&assembly, partition, files));
        }
    };
    let thread = std::thread::Builder::new().name("assembly".to_owned());
    thread.spawn(assemble_all).map_err(ImportError::io("cannot start a thread"))?;
    Ok(receiver)
}

type Assembled = Result<Vec<PreparedBlock>, ImportError>;

fn fault_in_assembly() -> ImportError {
    ImportError::refused("assembly_failed", "a fault in the program ended the assembly of facts: the log has its place")
}

fn assemble(assembly: &Assembly, partition: u32, files: &[PathBuf]) -> Assembled {
    let mut facts = Vec::new();
    for file in files {
        let rows = spool::read_file(file).map_err(ImportError::io("cannot read the spool"))?;
        facts.extend(super::rows::assemble(assembly.kind, &assembly.source, assembly.created_at, rows)?);
    }
    blocks_of(assembly, partition, facts)
}

fn blocks_of(assembly: &Assembly, partition: u32, facts: Vec<orders::Assembled>) -> Assembled {
    let mut blocks = Vec::new();
    for (place, facts) in pipeline::cut_blocks(facts).into_iter().enumerate() {
        let (facts, rows) = facts.into_iter().map(|assembled| (assembled.fact, assembled.rows)).unzip();
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: assembly.source.clone(),
            import_id: Some(assembly.import_id.clone()),
            currency: assembly.currency,
            facts,
            rows,
        };
        blocks.push(PreparedBlock::new(format!("{}:{partition}:{place}", assembly.import_id), block)?);
    }
    Ok(blocks)
}

/// Also saves how far the partitions before it have come: a commit of its own would be another wait for the disk. False,
/// and nothing accepted, when somebody asked to cancel.
async fn accept_partition(
    app: &App,
    id: &str,
    partition: u32,
    blocks: &[PreparedBlock],
    request: &ImportRequest,
    progress: &ImportProgress,
) -> Result<bool, ImportError> {
    let now = app.clock.now();
    let mut tx = app.store.write().await.map_err(PipelineError::from)?;
    // In this order, as whoever tracks: first the journal, then the settings.
    journal::lock_accept(&mut tx).await?;
    super::expect_currency(&mut tx, request).await?;
    for block in blocks {
        pipeline::accept(&mut tx, block, now).await?;
    }
    table::update_step(&mut tx, id, i64::from(partition) + 1).await?;
    let is_cancelled = save_progress(&mut tx, id, progress).await?;
    if is_cancelled {
        tx.rollback().await?;
    } else {
        tx.commit().await?;
    }
    Ok(!is_cancelled)
}

/// The same code as in earnest, rolled back block by block: somebody who appears in two blocks under different
/// identifiers is counted as new in both, so the number of new customers is an upper bound.
async fn dry_apply(app: &App, id: &str, partition: u32, blocks: Vec<PreparedBlock>) -> Result<(), ImportError> {
    let mut report = ApplyReport::default();
    for prepared in blocks {
        report.add(&pipeline::would_apply(app, prepared.block).await?);
    }
    let mut tx = app.store.write().await.map_err(PipelineError::from)?;
    let row = table::get(&mut tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))?;
    table::update_result(&mut tx, id, &pipeline::merge_report(row.result.as_deref(), &report)).await?;
    table::update_step(&mut tx, id, i64::from(partition) + 1).await?;
    Ok(tx.commit().await?)
}

fn estimate(progress: &mut ImportProgress, micros: i64, done_now: u32) {
    let left = u64::from(progress.partitions - progress.partitions_done);
    progress.seconds_left = (done_now > 0).then(|| micros.max(0) as u64 * left / u64::from(done_now) / 1_000_000);
}

/// Saves progress and state; true when somebody asked to cancel.
async fn save_progress(tx: &mut WriteTx<'_>, id: &str, progress: &ImportProgress) -> Result<bool, ImportError> {
    let row = table::get(tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))?;
    table::update_progress(tx, id, &serde_json::to_string(progress).unwrap_or_default()).await?;
    table::update_state(tx, id, ImportState::Applying.code(), None, row.started_at, None).await?;
    Ok(row.cancel_requested)
}

async fn save_progress_apart(app: &App, id: &str, progress: &ImportProgress) -> Result<bool, ImportError> {
    let mut tx = app.store.write().await?;
    let is_cancelled = save_progress(&mut tx, id, progress).await?;
    tx.commit().await?;
    Ok(is_cancelled)
}
