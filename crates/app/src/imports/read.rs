//! The first step: every row of every file is read, checked and spooled, or rejected with its reasons.
//!
//! A thread reads; the caller's task looks at it a few times a second, saves progress, and passes on a
//! wish to cancel. Killed in between, the step starts over: nothing was accepted yet. The thread holds the lock of the
//! import too: a task that ends before it must not let another one write the same spool.

use super::ahead;
use super::rows::{FileRows, RowParser};
use super::source::{Item, RowSource};
use super::spool::{Finished, RowPlace, SpoolWriter, partitions_for};
use super::state::{ImportProgress, ImportRequest, ImportState, ReadCounts};
use super::{ImportError, folder, preview};
use crate::App;
use perennial_connect::tabular::Interrupt;
use perennial_connect::tabular::write::CsvWriter;
use perennial_domain::import::error::RowError;
use perennial_domain::time::Instant;
use perennial_store::imports::{self as table, ImportRow};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often progress is saved and a wish to cancel is looked for.
const LOOK: Duration = Duration::from_millis(300);
/// Columns of the file of rejected rows, before those of the original.
pub(super) const REJECTED_COLUMNS: [&str; 5] = ["row_number", "file", "field", "code", "reason"];
/// A compressed table of text unpacks to about this much; it decides the number of partitions only.
const UNPACK_RATIO: u64 = 8;

/// What the reading thread and its watcher share.
#[derive(Default)]
struct Shared {
    bytes: AtomicU64,
    rows: AtomicU64,
    rejected: AtomicU64,
    cancel: Interrupt,
}

impl Shared {
    fn note(&self, counts: &ReadCounts, bytes: u64) {
        self.rows.store(counts.rows, Ordering::Relaxed);
        self.rejected.store(counts.rejected, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

/// Stops the thread when the task that watches it ends, however it ends.
struct StopOnDrop(Arc<Shared>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel.set();
    }
}

struct Plan {
    request: ImportRequest,
    /// Orders from later than about now are mistyped. The instant is the same after a restart.
    created_at: Instant,
    spool: PathBuf,
    rejected: PathBuf,
}

/// Reads all files into the spool. False when it was cancelled.
pub async fn read_all(
    app: &App,
    row: &ImportRow,
    request: &ImportRequest,
    lock: &Arc<File>,
    observe: &(dyn Fn(&ImportProgress) + Sync),
) -> Result<bool, ImportError> {
    let started = app.clock.now();
    let mut tx = app.store.write().await?;
    table::update_state(&mut tx, &row.id, ImportState::Reading.code(), None, row.started_at.or(Some(started.0)), None)
        .await?;
    tx.commit().await?;
    let shared = Arc::new(Shared::default());
    let plan = Plan {
        request: request.clone(),
        created_at: Instant(row.created_at),
        spool: folder::spool_path(app, &row.id),
        rejected: folder::rejected_path(app, &row.id),
    };
    let _stop = StopOnDrop(Arc::clone(&shared));
    let (for_thread, lock) = (Arc::clone(&shared), Arc::clone(lock));
    let mut thread = tokio::task::spawn_blocking(move || {
        let outcome = read_files(&plan, &for_thread);
        drop(lock);
        outcome
    });
    let mut progress = ImportProgress {
        bytes_total: request.files.iter().map(|file| file.size_bytes).sum(),
        ..ImportProgress::default()
    };
    let mut look = tokio::time::interval(LOOK);
    let outcome = loop {
        tokio::select! {
            outcome = &mut thread => break outcome,
            _ = look.tick() => {
                update(&mut progress, &shared, app.clock.now().0 - started.0);
                if save(app, &row.id, &progress).await? {
                    shared.cancel.set();
                }
                observe(&progress);
            }
        }
    };
    let counts = outcome.map_err(|error| ImportError::refused("reading_failed", error.to_string()))??;
    update(&mut progress, &shared, app.clock.now().0 - started.0);
    let Some(counts) = counts else {
        save(app, &row.id, &progress).await?;
        return Ok(false);
    };
    progress.counts = counts;
    progress.bytes_done = progress.bytes_total;
    save(app, &row.id, &progress).await?;
    Ok(true)
}

fn update(progress: &mut ImportProgress, shared: &Shared, micros: i64) {
    progress.bytes_done = shared.bytes.load(Ordering::Relaxed).min(progress.bytes_total);
    progress.counts.rows = shared.rows.load(Ordering::Relaxed);
    progress.counts.rejected = shared.rejected.load(Ordering::Relaxed);
    let seconds = (micros.max(1) as f64) / 1e6;
    progress.rows_per_second = (progress.counts.rows as f64 / seconds) as u64;
    let done = progress.fraction();
    progress.seconds_left = (done > 0.01).then(|| (seconds * (1.0 - done) / done) as u64);
}

async fn save(app: &App, id: &str, progress: &ImportProgress) -> Result<bool, ImportError> {
    let mut tx = app.store.write().await?;
    table::update_progress(&mut tx, id, &serde_json::to_string(progress).unwrap_or_default()).await?;
    let row = table::get(&mut tx, id).await?.ok_or_else(|| ImportError::NotFound(id.to_owned()))?;
    tx.commit().await?;
    Ok(row.cancel_requested)
}

/// On a thread of its own. `None` when cancelled.
fn read_files(plan: &Plan, shared: &Shared) -> Result<Option<ReadCounts>, ImportError> {
    let request = &plan.request;
    let first = request.files.first().ok_or_else(|| ImportError::refused("no_file", "the import names no file"))?;
    let (headers, mut settled) = preview::settle_again(request.kind, first, &request.mapping, &request.options)?;
    settled.now = Some(plan.created_at);
    let parser = RowParser::new(request.kind, &headers, &request.mapping, &settled).map_err(|problems| {
        ImportError::refused(
            "mapping_unusable",
            problems.iter().map(|one| one.why.clone()).collect::<Vec<_>>().join("; "),
        )
    })?;
    let mut sink = Sink::create(plan, &headers)?;
    let mut bytes_before = 0;
    for (index, file) in request.files.iter().enumerate() {
        let mut source = RowSource::open(file, &request.options)?;
        source.use_columns(file, &request.mapping)?;
        source.interrupt_by(&shared.cancel);
        let mut rows = parser.file(index as u32);
        sink.file_name.clone_from(&file.name);
        let columns = headers.len();
        let parse = |item: Item<'_>, parsed: &mut Parsed| parsed.add(item, &mut rows, columns);
        let read_on = ahead::each_batch(file, source, parse, |parsed, bytes| {
            sink.take(&parsed)?;
            shared.note(&sink.counts, bytes_before + bytes);
            Ok(if shared.cancel.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        match read_on {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if shared.cancel.is_set() => return Ok(None),
            Err(error) => return Err(error),
        }
        bytes_before += file.size_bytes;
    }
    shared.note(&sink.counts, bytes_before);
    sink.finish().map(Some)
}

/// Rows one behind the other, as they go to the spool.
#[derive(Default)]
struct Parsed {
    bytes: Vec<u8>,
    /// Whom the rows name, for their places.
    named: Vec<u64>,
    rows: Vec<ParsedRow>,
}

enum ParsedRow {
    /// Where the row's bytes and names end.
    Good {
        place: RowPlace,
        to: usize,
        named_to: usize,
    },
    Rejected {
        row_number: u64,
        errors: Vec<RowError>,
        original: Vec<String>,
    },
}

impl Parsed {
    fn add(&mut self, item: Item<'_>, rows: &mut FileRows<'_>, columns: usize) {
        self.rows.push(match item {
            Item::Row { row_number, cells } => {
                match rows.encode(&cells, row_number, &mut self.bytes, &mut self.named) {
                    Ok(place) => ParsedRow::Good { place, to: self.bytes.len(), named_to: self.named.len() },
                    Err(errors) => {
                        let original = (0..columns).map(|place| cells.get(place).to_owned()).collect();
                        ParsedRow::Rejected { row_number, errors, original }
                    }
                }
            }
            Item::Rejected { row_number, error, beginning } => {
                ParsedRow::Rejected { row_number, errors: vec![error], original: vec![beginning] }
            }
        });
    }
}

/// Where rows go: good ones to the spool, bad ones to the file of rejected rows.
struct Sink {
    spool: SpoolWriter,
    rejected: CsvWriter<BufWriter<File>>,
    file_name: String,
    counts: ReadCounts,
}

impl Sink {
    fn create(plan: &Plan, headers: &[String]) -> Result<Self, ImportError> {
        let bytes: u64 = plan.request.files.iter().map(unpacked_bytes).sum();
        let spool = SpoolWriter::create(&plan.spool, partitions_for(bytes))
            .map_err(ImportError::io("cannot create the spool"))?;
        let no_reject_file = ImportError::io("cannot create the file of rejected rows");
        let file = File::create(&plan.rejected).map_err(no_reject_file)?;
        let mut rejected =
            CsvWriter::new(BufWriter::new(file)).map_err(ImportError::io("cannot write rejected rows"))?;
        rejected
            .row(REJECTED_COLUMNS.into_iter().chain(headers.iter().map(String::as_str)))
            .map_err(ImportError::io("cannot write rejected rows"))?;
        Ok(Self { spool, rejected, file_name: String::new(), counts: ReadCounts::default() })
    }

    fn take(&mut self, parsed: &Parsed) -> Result<(), ImportError> {
        let (mut from, mut named_from) = (0, 0);
        for row in &parsed.rows {
            self.counts.rows += 1;
            match row {
                ParsedRow::Good { place, to, named_to } => {
                    let (named, row) = (&parsed.named[named_from..*named_to], &parsed.bytes[from..*to]);
                    self.spool.write(*place, named, row).map_err(ImportError::io("cannot write the spool"))?;
                    (from, named_from) = (*to, *named_to);
                }
                ParsedRow::Rejected { row_number, errors, original } => self.reject(*row_number, errors, original)?,
            }
        }
        Ok(())
    }

    fn reject(&mut self, row_number: u64, errors: &[RowError], original: &[String]) -> Result<(), ImportError> {
        self.counts.rejected += 1;
        for error in errors {
            let codes = self.counts.errors.entry(error.field.to_owned()).or_default();
            *codes.entry(error.code.code().to_owned()).or_default() += 1;
        }
        let join = |part: &dyn Fn(&RowError) -> &str| errors.iter().map(part).collect::<Vec<_>>().join("; ");
        let fixed = [
            row_number.to_string(),
            self.file_name.clone(),
            join(&|error| error.field),
            join(&|error| error.code.code()),
            join(&|error| error.reason.as_str()),
        ];
        self.rejected
            .row(fixed.iter().chain(original).map(String::as_str))
            .map_err(ImportError::io("cannot write rejected rows"))
    }

    fn finish(self) -> Result<ReadCounts, ImportError> {
        let mut rejected = self.rejected.finish().map_err(ImportError::io("cannot write rejected rows"))?;
        rejected.flush().map_err(ImportError::io("cannot write rejected rows"))?;
        match self.spool.finish().map_err(ImportError::io("cannot finish the spool"))? {
            Finished::Complete => Ok(self.counts),
            Finished::OrderTooLong => Err(ImportError::refused(
                "order_too_long",
                "more than 64 MiB of rows have the same customer and the same order number (or, without one, the same \
                 time): map another column to the order number",
            )),
        }
    }
}

fn unpacked_bytes(file: &super::ImportFile) -> u64 {
    let name = file.name.to_ascii_lowercase();
    let packed = [".gz", ".zst", ".zstd", ".parquet"].iter().any(|ending| name.ends_with(ending));
    if packed { file.size_bytes * UNPACK_RATIO } else { file.size_bytes }
}
