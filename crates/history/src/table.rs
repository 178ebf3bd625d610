//! Opening, refreshing and committing the facts table.
//!
//! Invariants: one writer at a time (an operating system lock, and behind it Delta's own check of
//! conflicts on the application transaction); a commit is durable before the caller hears of it, and before
//! another one is built on it, also when whoever wrote it was killed before it could make it durable; readers keep
//! the version that they started with.

use crate::disk::{self, WriteLock};
use crate::error::{HistoryError, Result, io_error, query_error, table_error};
use crate::files::{FileSet, SharedFiles};
use crate::recover::{self, ACTION_COUNT};
use crate::schema::{BUCKET, SCHEMA_VERSION, SCHEMA_VERSION_PROPERTY, table_columns};
use deltalake::datafusion::execution::memory_pool::FairSpillPool;
use deltalake::datafusion::execution::runtime_env::RuntimeEnvBuilder;
use deltalake::datafusion::prelude::{SessionConfig, SessionContext};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Transaction};
use deltalake::protocol::DeltaOperation;
use deltalake::table::state::DeltaTableState;
use deltalake::{DeltaTable, DeltaTableBuilder, checkpoints, ensure_table_uri};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;
use tokio::sync::Mutex;

/// Under which the journal's position is kept in the table.
const APPLICATION: &str = "perennial-journal";
const FACTS_FOLDER: &str = "facts";
const LOG_FOLDER: &str = "_delta_log";
const SPILL_FOLDER: &str = "spill";
const LOCK_FILE: &str = "history.lock";
/// Held for the whole of a compaction, which takes the writers' lock only for its commit.
const COMPACT_LOCK_FILE: &str = "compact.lock";

const QUERY_MEMORY_BYTES: usize = 256 << 20;
const QUERY_THREADS: usize = 2;
const CHECKPOINT_EVERY_COMMITS: u64 = 20;
/// Log entries that a checkpoint covers are kept this long, for readers that are still at work.
const LOG_RETENTION: &str = "interval 1 day";
/// How long a compacted file stays known as removed: the longest retention that `vacuum` can promise.
const REMOVED_FILE_RETENTION: &str = "interval 30 days";
/// A commit is tried again when a foreign writer, who does not know the lock, was faster.
const COMMIT_RETRIES_MAX: usize = 3;

/// The history of one workspace. Cheap to share behind an `Arc`; several may be open on the same folder.
pub struct History {
    pub(crate) folder: PathBuf,
    pub(crate) context: SessionContext,
    pub(crate) lock_path: PathBuf,
    /// The workspace that this handle was told to serve: `workspace.rs`.
    pub(crate) serves: OnceLock<String>,
    current: Mutex<Current>,
}

struct Current {
    table: DeltaTable,
    files: SharedFiles,
    checkpoint_written: Option<SystemTime>,
    /// The newest version of which this handle knows that it is on disk.
    durable_version: Option<u64>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("History").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl History {
    /// Opens the history below `root`, and creates it where there is none.
    pub async fn open(root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(io_error("create the folder", root))?;
        let root = root.canonicalize().map_err(io_error("find", root))?;
        let folder = disk::create_folder(&root, FACTS_FOLDER)?;
        let lock_path = root.join(LOCK_FILE);
        recover::repair(&folder.join(LOG_FOLDER), &lock_path).await?;
        // Somebody may have made these folders and been killed before their names were durable.
        for made in root.parent().into_iter().chain([root.as_path(), folder.as_path()]) {
            disk::sync_folder(made)?;
        }
        let mut table = table_at(&folder)?;
        if !exists(&table).await? {
            let _lock = WriteLock::acquire(lock_path.clone()).await?;
            // Another process may have created it while this one waited.
            if !exists(&table).await? {
                create(&table, &folder).await?;
            }
        }
        table.load().await.map_err(table_error("load"))?;
        check_readable(&table)?;
        let files = Arc::new(FileSet::of(table.snapshot().map_err(table_error("read"))?, &folder)?);
        let checkpoint_written = checkpoint_time(&folder);
        let mut current = Current { table, files, checkpoint_written, durable_version: None };
        make_durable(&folder, &mut current)?;
        let is_current = schema_version(current.table.snapshot().map_err(table_error("read"))?)? == SCHEMA_VERSION;
        let serves = OnceLock::new();
        let history = Self { context: session(&root)?, folder, lock_path, serves, current: Mutex::new(current) };
        if !is_current {
            history.upgrade().await?;
        }
        Ok(history)
    }

    /// The newest version of the table.
    pub(crate) async fn files(&self) -> Result<SharedFiles> {
        let mut current = self.current.lock().await;
        self.refresh(&mut current).await?;
        Ok(current.files.clone())
    }

    /// The newest version, and the sequence of the newest journal block in it.
    pub(crate) async fn files_and_sequence(&self) -> Result<(SharedFiles, Option<i64>)> {
        self.check_workspace()?;
        let mut current = self.current.lock().await;
        self.refresh(&mut current).await?;
        let sequence = last_sequence_of(&current.table).await?;
        Ok((current.files.clone(), sequence))
    }

    /// Follows the log. Without news this costs two look-ups in the file system and no listing.
    async fn refresh(&self, current: &mut Current) -> Result<()> {
        let next_entry = self.log_entry(current.files.version + 1);
        let checkpoint_written = checkpoint_time(&self.folder);
        if !next_entry.exists() && checkpoint_written == current.checkpoint_written {
            return Ok(());
        }
        current.table.update_state().await.map_err(table_error("refresh"))?;
        check_readable(&current.table)?;
        current.files = Arc::new(FileSet::of(current.table.snapshot().map_err(table_error("read"))?, &self.folder)?);
        current.checkpoint_written = checkpoint_written;
        Ok(())
    }

    /// The sequence of the newest journal block in the history; `None` before the first. Blocks up to it are
    /// durable, whoever wrote them, so that the caller may delete its own.
    pub async fn last_sequence(&self) -> Result<Option<i64>> {
        self.check_workspace()?;
        let mut current = self.current.lock().await;
        self.refresh(&mut current).await?;
        make_durable(&self.folder, &mut current)?;
        last_sequence_of(&current.table).await
    }

    pub(crate) fn compact_lock_path(&self) -> PathBuf {
        self.lock_path.with_file_name(COMPACT_LOCK_FILE)
    }

    fn log_entry(&self, version: u64) -> PathBuf {
        log_entry(&self.folder, version)
    }

    /// Starts a change: waits for the lock, then sees the newest version and makes it durable. Readers are not held
    /// up.
    pub(crate) async fn begin(&self) -> Result<Change<'_>> {
        let lock = WriteLock::acquire(self.lock_path.clone()).await?;
        self.check_workspace()?;
        let mut current = self.current.lock().await;
        self.refresh(&mut current).await?;
        make_durable(&self.folder, &mut current)?;
        Ok(Change { history: self, table: current.table.clone(), files: current.files.clone(), _lock: lock })
    }
}

/// A change under way. Dropping it without a commit leaves the table as it was.
pub(crate) struct Change<'a> {
    history: &'a History,
    /// The table and its files as they were when the change began.
    pub table: DeltaTable,
    pub files: SharedFiles,
    _lock: WriteLock,
}

impl Change<'_> {
    pub async fn last_sequence(&self) -> Result<Option<i64>> {
        last_sequence_of(&self.table).await
    }

    /// Commits the actions, with the journal's new position if there is one, and returns the version once
    /// it is durable. What follows a commit (checkpoint, clean-up of the log) may fail without harm.
    pub async fn commit(
        self,
        actions: Vec<Action>,
        operation: DeltaOperation,
        last_sequence: Option<i64>,
    ) -> Result<u64> {
        let count = actions.len() + usize::from(last_sequence.is_some());
        let mut properties = CommitProperties::default()
            .with_max_retries(COMMIT_RETRIES_MAX)
            .with_metadata([(ACTION_COUNT.to_owned(), count.into())]);
        if let Some(sequence) = last_sequence {
            properties = properties.with_application_transaction(Transaction::new(APPLICATION, sequence));
        }
        let state = self.table.snapshot().map_err(table_error("read"))?;
        let prepared = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(state), self.table.log_store(), operation)
            .into_prepared_commit_future()
            .await
            .map_err(table_error("prepare a commit to"))?;
        // A bucket folder may have been made by a writer who was killed before its name was durable.
        disk::sync_folder(&self.history.folder)?;
        // The hooks that would follow are not run: if one failed, a commit that happened would look refused.
        let version = prepared.await.map_err(table_error("commit to"))?.version;
        disk::sync_file(&self.history.log_entry(version))?;
        disk::sync_folder(&self.history.folder.join(LOG_FOLDER))?;
        if (version + 1).is_multiple_of(CHECKPOINT_EVERY_COMMITS)
            && let Err(error) = self.write_checkpoint().await
        {
            tracing::warn!(%error, version, "no checkpoint of the facts table, opening takes longer until the next");
        }
        Ok(version)
    }

    async fn write_checkpoint(mut self) -> Result<()> {
        self.table.update_state().await.map_err(table_error("refresh"))?;
        checkpoints::create_checkpoint(&self.table, None).await.map_err(table_error("write a checkpoint of"))?;
        // Durable before the entries that it stands for are deleted.
        let log = self.history.folder.join(LOG_FOLDER);
        let prefix = format!("{:020}.checkpoint", self.table.version().unwrap_or(0));
        for entry in std::fs::read_dir(&log).map_err(io_error("list", &log))? {
            let entry = entry.map_err(io_error("list", &log))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&prefix) || name == "_last_checkpoint" {
                disk::sync_file(&entry.path())?;
            }
        }
        disk::sync_folder(&log)?;
        let removed =
            checkpoints::cleanup_metadata(&self.table, None).await.map_err(table_error("clean up the log of"))?;
        tracing::debug!(version = self.table.version(), removed, "wrote a checkpoint of the facts table");
        Ok(())
    }
}

fn log_entry(folder: &Path, version: u64) -> PathBuf {
    folder.join(LOG_FOLDER).join(format!("{version:020}.json"))
}

/// What the handle sees may come from a writer who was killed between showing its entry and syncing it. Earlier
/// entries are durable: each was made so before the next was written.
fn make_durable(folder: &Path, current: &mut Current) -> Result<()> {
    let version = current.files.version;
    if current.durable_version == Some(version) {
        return Ok(());
    }
    // An entry that is gone was covered by a checkpoint, which is made durable before entries are deleted.
    disk::sync_file_if_there(&log_entry(folder, version))?;
    disk::sync_folder(&folder.join(LOG_FOLDER))?;
    current.durable_version = Some(version);
    Ok(())
}

async fn last_sequence_of(table: &DeltaTable) -> Result<Option<i64>> {
    let state = table.snapshot().map_err(table_error("read"))?;
    state
        .transaction_version(table.log_store().as_ref(), APPLICATION)
        .await
        .map_err(table_error("read the journal position of"))
}

fn table_at(folder: &Path) -> Result<DeltaTable> {
    let text = folder
        .to_str()
        .ok_or_else(|| HistoryError::damaged(format!("the path {} is not valid text", folder.display())))?;
    let url = ensure_table_uri(text).map_err(table_error("find"))?;
    DeltaTableBuilder::from_url(url).and_then(DeltaTableBuilder::build).map_err(table_error("find"))
}

async fn exists(table: &DeltaTable) -> Result<bool> {
    table.verify_deltatable_existence().await.map_err(table_error("look for"))
}

async fn create(table: &DeltaTable, folder: &Path) -> Result<()> {
    let version = SCHEMA_VERSION.to_string();
    let settings = [
        (SCHEMA_VERSION_PROPERTY, Some(version.as_str())),
        ("delta.logRetentionDuration", Some(LOG_RETENTION)),
        ("delta.deletedFileRetentionDuration", Some(REMOVED_FILE_RETENTION)),
    ];
    table
        .create()
        .with_columns(table_columns().map_err(table_error("describe"))?)
        .with_partition_columns([BUCKET])
        .with_raise_if_key_not_exists(false)
        .with_configuration(settings)
        .await
        .map_err(table_error("create"))?;
    let log = folder.join(LOG_FOLDER);
    disk::sync_file(&log_entry(folder, 0))?;
    disk::sync_folder(&log)?;
    disk::sync_folder(folder)
}

/// Refuses what a later version of Perennial wrote, and features that the direct readers would ignore.
fn check_readable(table: &DeltaTable) -> Result<()> {
    let state = table.snapshot().map_err(table_error("read"))?;
    schema_version(state)?;
    let json = |error: serde_json::Error| HistoryError::damaged(format!("table metadata: {error}"));
    let protocol = serde_json::to_value(state.protocol()).map_err(json)?;
    if protocol["minReaderVersion"].as_i64() != Some(1) {
        return Err(HistoryError::ForeignFeature { feature: protocol.to_string() });
    }
    Ok(())
}

/// The version that wrote the table last; an error for one that this program does not know.
pub(crate) fn schema_version(state: &DeltaTableState) -> Result<u32> {
    let json = |error: serde_json::Error| HistoryError::damaged(format!("table metadata: {error}"));
    let metadata = serde_json::to_value(state.metadata()).map_err(json)?;
    let found = metadata["configuration"][SCHEMA_VERSION_PROPERTY].as_str().unwrap_or("none").to_owned();
    let version = found.parse::<u32>().ok().filter(|version| (1..=SCHEMA_VERSION).contains(version));
    version.ok_or(HistoryError::NewerSchema { found, known: SCHEMA_VERSION })
}

fn checkpoint_time(folder: &Path) -> Option<SystemTime> {
    folder.join(LOG_FOLDER).join("_last_checkpoint").metadata().ok()?.modified().ok()
}

/// Created once: threads, memory and the place to spill are bounded for all queries together.
fn session(root: &Path) -> Result<SessionContext> {
    let spill = disk::create_folder(root, SPILL_FOLDER)?;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(QUERY_MEMORY_BYTES)))
        .with_temp_file_path(spill)
        .build_arc()
        .map_err(query_error("prepare queries of"))?;
    let config = SessionConfig::new()
        .with_target_partitions(QUERY_THREADS)
        .with_collect_statistics(false)
        .set_bool("datafusion.execution.parquet.pushdown_filters", true);
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::witness;
    use perennial_domain::fact::AppliedBlock;
    use perennial_domain::money::Currency;

    fn block() -> AppliedBlock {
        let (source, currency) = ("shop".to_owned(), Currency::parse("CNY").expect("a currency"));
        AppliedBlock { version: 1, source, import_id: None, currency, facts: Vec::new() }
    }

    /// A commit whose writer was killed before it could make it durable is, to all others, one that was shown and
    /// never synced by them.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_position_is_told_only_once_the_entry_it_stands_in_is_durable() {
        let root = tempfile::tempdir().unwrap();
        let other = History::open(root.path()).await.unwrap();
        let writer = History::open(root.path()).await.unwrap();
        let entry = writer.log_entry(writer.append(&[(1, block())]).await.unwrap().version);
        let by_writer = witness::count(&entry);
        assert!(by_writer >= 1);

        assert_eq!(other.stats().await.unwrap().version, 1, "seen, and not relied on");
        assert_eq!(witness::count(&entry), by_writer);
        assert_eq!(other.last_sequence().await.unwrap(), Some(1));
        assert_eq!(witness::count(&entry), by_writer + 1);
        assert_eq!(other.last_sequence().await.unwrap(), Some(1));
        assert_eq!(witness::count(&entry), by_writer + 1, "once is enough");

        let opened = History::open(root.path()).await.unwrap();
        assert_eq!(witness::count(&entry), by_writer + 2, "opening");
        assert_eq!(opened.last_sequence().await.unwrap(), Some(1));
        assert_eq!(witness::count(&entry), by_writer + 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_is_built_on_a_durable_entry_only() {
        let root = tempfile::tempdir().unwrap();
        let other = History::open(root.path()).await.unwrap();
        let writer = History::open(root.path()).await.unwrap();
        let entry = writer.log_entry(writer.append(&[(1, block())]).await.unwrap().version);
        let by_writer = witness::count(&entry);
        drop(other.begin().await.unwrap());
        assert_eq!(witness::count(&entry), by_writer + 1);
    }
}
