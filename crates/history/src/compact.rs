//! Keeping the table fast: many small files of a bucket become one sorted run, and files that no version
//! needs are deleted.
//!
//! Runs of similar size are merged, and a large run is left alone until the smaller ones together have half of its
//! rows. So a merge makes at least one and a half of each run that goes into it: a row is rewritten at most
//! log₁.₅ n times in n appends, and the runs that stay grow like powers of three.
//!
//! Invariants: compaction moves rows and changes none (`dataChange = false`, the journal position stays);
//! appends go on while it rewrites and wait only for its commit; readers at work keep their files until
//! [`History::vacuum_orphans`] is told that these are old enough; a file that the current version names is
//! never deleted.

use crate::disk::{self, WriteLock, blocking};
use crate::error::{HistoryError, Result, io_error, query_error, table_error};
use crate::files::{DataFile, DataFileWriter, Packing, WrittenFile};
use crate::rows::arrow_error;
use crate::schema::fact_schema;
use crate::table::History;
use deltalake::DeltaTable;
use deltalake::arrow::array::RecordBatch;
use deltalake::datafusion::datasource::listing::PartitionedFile;
use deltalake::datafusion::datasource::object_store::ObjectStoreUrl;
use deltalake::datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use deltalake::datafusion::datasource::source::DataSourceExec;
use deltalake::datafusion::error::{DataFusionError, Result as QueryResult};
use deltalake::datafusion::execution::SendableRecordBatchStream;
use deltalake::datafusion::object_store::path::Path as StorePath;
use deltalake::datafusion::physical_expr::expressions::col;
use deltalake::datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use deltalake::datafusion::physical_plan::execute_stream;
use deltalake::datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use deltalake::kernel::Action;
use deltalake::protocol::DeltaOperation;
use futures_util::{StreamExt, TryStreamExt};
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::sync::Arc;

/// Rows of a compacted file: four full row groups.
const FILE_ROWS_MAX: u64 = 1_048_576;
/// Runs that are merged at a time: each holds a batch and a page of each column in memory.
const MERGE_RUNS_MAX: usize = 64;
/// A run is merged with smaller ones once it has at most this many times the rows of all of them together.
const LARGER_TIMES_MAX: u64 = 2;
const MERGE_BATCH_ROWS: usize = 2_048;

/// What a [`History::compact`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    pub buckets: u64,
    pub files_removed: u64,
    pub files_added: u64,
}

/// What a [`History::vacuum_orphans`] deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    pub files: u64,
    pub bytes: u64,
}

/// Files whose rows are sorted within and ascend from one to the next.
pub(crate) type Run = Vec<DataFile>;

impl History {
    /// In each bucket of more than `min_files` sorted runs, merges those of similar size into one, in files of up to
    /// a million rows. Several buckets go into one commit. Only one compaction runs at a time; appends do not wait
    /// for it.
    pub async fn compact(&self, min_files: usize) -> Result<Compacted> {
        let _lock = WriteLock::acquire(self.compact_lock_path()).await?;
        let mut total = Compacted::default();
        loop {
            let files = self.files().await?;
            let mut removed: Vec<DataFile> = Vec::new();
            let mut added: Vec<WrittenFile> = Vec::new();
            let mut unfinished = false;
            for (bucket, bucket_files) in files.buckets.iter().enumerate() {
                let runs = runs_of(bucket_files);
                if runs.len() <= min_files.max(1) {
                    continue;
                }
                unfinished |= runs.len() > MERGE_RUNS_MAX;
                let runs = of_similar_size(runs);
                if runs.is_empty() {
                    continue;
                }
                total.buckets += 1;
                let stem = format!("{COMPACT_PREFIX}{}", files.version);
                let stream = self.merged(&runs)?;
                added.extend(write_run(&self.folder, bucket, &stem, stream).await?);
                removed.extend(runs.into_iter().flatten());
            }
            if removed.is_empty() {
                return Ok(total);
            }
            check_moved(&removed, &added)?;
            total.files_removed += removed.len() as u64;
            total.files_added += added.len() as u64;
            let operation = DeltaOperation::Optimize { predicate: None, target_size: FILE_ROWS_MAX as i64 };
            self.replace(&removed, added, operation).await?;
            if !unfinished {
                return Ok(total);
            }
        }
    }

    /// Deletes data files that the table does not name: those of writes that were killed, and those that
    /// compaction replaced, when they were written or replaced before `older_than`.
    pub async fn vacuum_orphans(&self, older_than: Instant) -> Result<Vacuumed> {
        let _lock = WriteLock::acquire(self.compact_lock_path()).await?;
        // Under both locks no write is under way: what is not named now never will be.
        let change = self.begin().await?;
        let named: HashSet<&str> = change.files.buckets.iter().flatten().map(|file| file.name.as_str()).collect();
        let replaced_at = replaced_files(&change.table).await?;
        let mut vacuumed = Vacuumed::default();
        blocking(|| {
            for (name, path) in data_files(&self.folder)? {
                if named.contains(name.as_str()) {
                    continue;
                }
                let metadata = path.metadata().map_err(io_error("read the time of", &path))?;
                let written = disk::modified_micros(&path, &metadata)?;
                let idle_since = replaced_at.get(&name).map_or(written, |replaced| written.max(*replaced));
                if idle_since < older_than.0 {
                    fs::remove_file(&path).map_err(io_error("delete", &path))?;
                    vacuumed.files += 1;
                    vacuumed.bytes += metadata.len();
                }
            }
            Ok(vacuumed)
        })
    }

    /// The caller holds the lock of compactions. What the files that are added say of themselves holds for those that are
    /// removed too: whether rows changed.
    pub(crate) async fn replace(
        &self,
        removed: &[DataFile],
        added: Vec<WrittenFile>,
        operation: DeltaOperation,
    ) -> Result<()> {
        let data_change = !matches!(operation, DeltaOperation::Optimize { .. });
        let change = self.begin().await?;
        let names: HashSet<&str> = removed.iter().map(|file| file.name.as_str()).collect();
        let state = change.table.snapshot().map_err(table_error("read"))?;
        let mut actions: Vec<Action> = Vec::with_capacity(removed.len() + added.len());
        for view in state.log_data().iter() {
            if names.contains(view.path().as_ref()) {
                actions.push(Action::Remove(view.remove_action(data_change)));
            }
        }
        if actions.len() != removed.len() {
            return Err(HistoryError::damaged("a data file left the table while it was rewritten"));
        }
        actions.extend(added.into_iter().map(|file| Action::Add(file.add)));
        change.commit(actions, operation, None).await?;
        Ok(())
    }

    /// The rows of the runs in one order, by DataFusion's merge: no run is held in memory as a whole.
    pub(crate) fn merged(&self, runs: &[Run]) -> Result<SendableRecordBatchStream> {
        let plan = || -> QueryResult<SendableRecordBatchStream> {
            let schema = fact_schema();
            let mut groups = Vec::with_capacity(runs.len());
            for run in runs {
                groups.push(FileGroup::new(run.iter().map(partitioned_file).collect::<QueryResult<_>>()?));
            }
            let source = Arc::new(ParquetSource::new(schema.clone()));
            let scan = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
                .with_file_groups(groups)
                .with_batch_size(Some(MERGE_BATCH_ROWS))
                // Otherwise DataFusion lets one partition read the files of another, and the merge of what it
                // takes for sorted is silently not sorted.
                .with_preserve_order(true)
                .build();
            let mut order = Vec::new();
            for name in ["customer", "at", "key"] {
                order.push(PhysicalSortExpr::new_default(col(name, &schema)?));
            }
            let order =
                LexOrdering::new(order).ok_or_else(|| DataFusionError::Internal("an empty order".to_owned()))?;
            let merge = SortPreservingMergeExec::new(order, DataSourceExec::from_data_source(scan));
            execute_stream(Arc::new(merge), self.context.task_ctx())
        };
        plan().map_err(query_error("plan the compaction of"))
    }
}

/// Compaction moves rows: as many come out as went in.
fn check_moved(removed: &[DataFile], added: &[WrittenFile]) -> Result<()> {
    let before: u64 = removed.iter().map(|file| file.rows).sum();
    let after: u64 = added.iter().map(|file| file.rows).sum();
    if before == after {
        return Ok(());
    }
    Err(HistoryError::damaged(format!("compaction read {after} rows where the log counts {before}")))
}

const COMPACT_PREFIX: &str = "compact-";

/// The files of one compaction are one run; every other file is a run of its own.
fn runs_of(files: &[DataFile]) -> Vec<Run> {
    let mut runs: BTreeMap<&str, Run> = BTreeMap::new();
    for file in files {
        let stem = file.name.rsplit('/').next().unwrap_or(&file.name);
        let is_part = stem.starts_with(COMPACT_PREFIX);
        let run =
            if is_part { file.name.rsplit_once('-').map_or(file.name.as_str(), |(run, _)| run) } else { &file.name };
        runs.entry(run).or_default().push(file.clone());
    }
    runs.into_values().collect()
}

/// The smallest runs, up to the largest one that is not too large for those before it; none where each is.
fn of_similar_size(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by_key(|run| rows_of(run));
    runs.truncate(MERGE_RUNS_MAX);
    let mut smaller = 0;
    let mut count = 0;
    for (place, run) in runs.iter().enumerate() {
        let rows = rows_of(run);
        if place > 0 && rows <= smaller * LARGER_TIMES_MAX {
            count = place + 1;
        }
        smaller += rows;
    }
    runs.truncate(count);
    runs
}

fn rows_of(run: &[DataFile]) -> u64 {
    run.iter().map(|file| file.rows).sum()
}

fn partitioned_file(file: &DataFile) -> QueryResult<PartitionedFile> {
    let location =
        StorePath::from_filesystem_path(&file.path).map_err(|error| DataFusionError::External(Box::new(error)))?;
    let mut partitioned = PartitionedFile::new(String::new(), file.size_bytes);
    partitioned.object_meta.location = location;
    Ok(partitioned)
}

/// Writes the sorted rows of a bucket into numbered files of at most [`FILE_ROWS_MAX`] rows.
async fn write_run(
    folder: &std::path::Path,
    bucket: usize,
    stem: &str,
    mut rows: SendableRecordBatchStream,
) -> Result<Vec<WrittenFile>> {
    let mut adds: Vec<WrittenFile> = Vec::new();
    let mut writer: Option<DataFileWriter> = None;
    while let Some(batch) = rows.next().await {
        let mut batch = batch.map_err(query_error("compact"))?;
        while batch.num_rows() > 0 {
            let open = match writer.take() {
                Some(open) => open,
                // Six digits, so that the order of names is the order of rows.
                None => {
                    let stem = format!("{stem}-{:06}", adds.len());
                    DataFileWriter::create(folder, bucket, &stem, Packing::Small)?
                }
            };
            let room = usize::try_from(FILE_ROWS_MAX - open.rows()).unwrap_or(usize::MAX).min(batch.num_rows());
            let (open, full) = blocking(|| write_part(open, &batch.slice(0, room)))?;
            batch = batch.slice(room, batch.num_rows() - room);
            match full {
                Some(add) => adds.push(add),
                None => writer = open,
            }
        }
    }
    if let Some(open) = writer {
        adds.push(blocking(|| open.finish(false))?);
    }
    Ok(adds)
}

/// The writer, or, once it is full, its finished file.
fn write_part(mut writer: DataFileWriter, part: &RecordBatch) -> Result<(Option<DataFileWriter>, Option<WrittenFile>)> {
    // The merge hands back its own schema object; the writer wants ours, field by field the same.
    let part = RecordBatch::try_new(fact_schema(), part.columns().to_vec()).map_err(arrow_error)?;
    writer.write(&part)?;
    if writer.rows() < FILE_ROWS_MAX {
        return Ok((Some(writer), None));
    }
    Ok((None, Some(writer.finish(false)?)))
}

/// When each file that was removed from the table was removed, in microseconds since 1970.
async fn replaced_files(table: &DeltaTable) -> Result<HashMap<String, i64>> {
    let state = table.snapshot().map_err(table_error("read"))?;
    let log_store = table.log_store();
    let mut tombstones = state.all_tombstones(log_store.as_ref());
    let mut replaced = HashMap::new();
    while let Some(tombstone) = tombstones.try_next().await.map_err(table_error("read the removed files of"))? {
        let at = tombstone.deletion_timestamp().unwrap_or(0).saturating_mul(1_000);
        replaced.insert(tombstone.path().into_owned(), at);
    }
    Ok(replaced)
}

/// Name and path of every Parquet file in the bucket folders.
pub(crate) fn data_files(folder: &std::path::Path) -> Result<Vec<(String, std::path::PathBuf)>> {
    let mut files = Vec::new();
    for bucket in fs::read_dir(folder).map_err(io_error("list", folder))? {
        let bucket = bucket.map_err(io_error("list", folder))?;
        let bucket_name = bucket.file_name().to_string_lossy().into_owned();
        if !bucket_name.starts_with("bucket=") {
            continue;
        }
        let path = bucket.path();
        for entry in fs::read_dir(&path).map_err(io_error("list", &path))? {
            let entry = entry.map_err(io_error("list", &path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".parquet") {
                files.push((format!("{bucket_name}/{name}"), entry.path()));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sizes: &[u64]) -> Vec<u64> {
        let run = |rows: &u64| {
            let name = format!("bucket=1/append-{rows}.parquet");
            vec![DataFile { path: name.clone().into(), name, size_bytes: 0, rows: *rows, last_at: None }]
        };
        of_similar_size(sizes.iter().map(run).collect()).iter().map(|run| rows_of(run)).collect()
    }

    #[test]
    fn a_large_run_waits_until_the_small_ones_have_half_of_its_rows() {
        assert_eq!(chosen(&[100, 10, 10, 10, 10]), [10, 10, 10, 10]);
        assert_eq!(chosen(&[100, 10, 10, 10, 10, 10]), [10, 10, 10, 10, 10, 100]);
        assert_eq!(chosen(&[50, 1, 50]), [1, 50, 50], "runs of one size are similar, beside a tiny one too");
        assert_eq!(chosen(&[1, 3, 9, 27, 81]), [0u64; 0], "few and growing: each merge would rewrite the largest");
        assert_eq!(chosen(&[1]), [0u64; 0]);
        assert_eq!(chosen(&[7; 100]), [7; MERGE_RUNS_MAX]);
    }
}
