//! The open store and its transactions.
//!
//! SQLite: one writer connection, `BEGIN IMMEDIATE`, and a few readers, each with the snapshot of its first
//! query; several processes may open the same file. PostgreSQL: one pool; a read transaction is REPEATABLE
//! READ and READ ONLY, so that it sees one snapshot as on SQLite, a write transaction is READ COMMITTED.
//!
//! Callers may rely on: a [`WriteTx`] that is dropped without [`WriteTx::commit`] leaves nothing behind;
//! after `commit` returned, the data is on disk. They must not: hold a `WriteTx` while they wait for anything
//! outside the database, or open a second one meanwhile (on SQLite that waits for itself, until an error says so).

use crate::error::{Result, StoreError};
use crate::migrate;
use crate::url::StoreUrl;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Pool, Postgres, Sqlite, Transaction};
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for another process that writes to the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a task waits for the writer connection of this process; longer than any write transaction.
const WRITER_TIMEOUT: Duration = Duration::from_secs(60);
const SQLITE_READERS: u32 = 4;
/// Connections of one process to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Page cache of the writer and of each reader, in KiB (negative: SQLite's way to say KiB instead of pages).
pub(crate) const WRITER_CACHE_KIB: &str = "-49152";
const READER_CACHE_KIB: &str = "-16384";
/// Pages in the write-ahead log before it is copied back (128 MiB): bulk writes touch a page many times first.
const CHECKPOINT_PAGES: &str = "32768";
/// The log file shrinks to this after a checkpoint, in bytes.
const LOG_LIMIT_BYTES: &str = "134217728";
/// Beside the one that runs a statement, where it sorts more than its cache holds: see `indexes`.
const SORTING_THREADS: &str = "1";
/// Rows that the driver's thread may be ahead of the reader: fewer wake-ups.
const ROW_BUFFER: usize = 2_048;
/// Prepared statements kept per connection.
const STATEMENT_CACHE: usize = 256;
/// Rows of each index that ANALYZE looks at: enough for the planner, and milliseconds instead of seconds.
const ANALYSIS_ROWS: u32 = 1_000;
/// How long opening waits for another process that creates or migrates the same SQLite file.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// While it is switched to WAL, SQLite does not wait by itself.
const OPEN_PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

#[derive(Clone, Debug)]
pub enum Database {
    Sqlite { writer: Pool<Sqlite>, reader: Pool<Sqlite> },
    Postgres { pool: Pool<Postgres> },
}

/// A transaction that may only read: what writes does not take it.
///
/// ```compile_fail,E0308
/// use perennial_store::{ReadTx, Result, sequences};
///
/// async fn number(tx: &mut ReadTx<'_>) -> Result<i64> {
///     sequences::reserve(tx, sequences::APPLIED_SEQUENCE, 1).await
/// }
/// ```
///
/// The same with a transaction that may write; and it reads wherever a reader is asked for.
///
/// ```
/// use perennial_store::{Result, WriteTx, sequences};
///
/// async fn number(tx: &mut WriteTx<'_>) -> Result<i64> {
///     sequences::reserve(tx, sequences::APPLIED_SEQUENCE, 1).await?;
///     sequences::current(tx, sequences::APPLIED_SEQUENCE).await
/// }
/// ```
///
/// Nor can a reader be committed, or made a writer: the writer around it is private.
///
/// ```compile_fail,E0599
/// async fn commit(tx: perennial_store::ReadTx<'static>) {
///     tx.commit().await;
/// }
/// ```
///
/// ```compile_fail,E0451
/// fn promote(read: perennial_store::ReadTx<'static>) -> perennial_store::WriteTx<'static> {
///     perennial_store::WriteTx { read }
/// }
/// ```
pub struct ReadTx<'a> {
    pub(crate) inner: Inner<'a>,
}

/// A transaction that may read and write; dropped without commit, it never happened.
pub struct WriteTx<'a> {
    read: ReadTx<'a>,
}

pub(crate) enum Inner<'a> {
    Sqlite(Transaction<'a, Sqlite>),
    Postgres(Transaction<'a, Postgres>),
}

impl Database {
    /// Opens the store, creates the SQLite file where there is none, and brings the schema up to date
    /// under a lock, so that two processes may start together. A file that is up to date opens at once.
    pub async fn open(url: &StoreUrl) -> Result<Self> {
        match url {
            StoreUrl::Sqlite(path) => open_sqlite_within(path, OPEN_TIMEOUT).await,
            StoreUrl::Postgres(options) => open_postgres(options).await,
        }
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    pub async fn read(&self) -> Result<ReadTx<'static>> {
        let inner = match self {
            Self::Sqlite { reader, .. } => Inner::Sqlite(begin(reader, "BEGIN DEFERRED").await?),
            Self::Postgres { pool } => {
                Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(ReadTx { inner })
    }

    pub async fn write(&self) -> Result<WriteTx<'static>> {
        let inner = match self {
            Self::Sqlite { writer, .. } => Inner::Sqlite(begin(writer, "BEGIN IMMEDIATE").await?),
            Self::Postgres { pool } => Inner::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?),
        };
        Ok(WriteTx { read: ReadTx { inner } })
    }

    /// Copies SQLite's write-ahead log back and empties it, as far as readers let it: what was overwritten is not in there
    /// any more. Nothing on PostgreSQL.
    pub async fn flush_log(&self) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await?;
        }
        Ok(())
    }

    /// Closes all connections; on SQLite the write-ahead log is copied back by the last one.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres { pool } => pool.close().await,
        }
    }
}

impl WriteTx<'_> {
    pub async fn commit(self) -> Result<()> {
        match self.read.inner {
            Inner::Sqlite(transaction) => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Undoes everything now, instead of when the connection is used next.
    pub async fn rollback(self) -> Result<()> {
        match self.read.inner {
            Inner::Sqlite(transaction) => match transaction.rollback().await {
                // SQLite has undone it by itself already, as it does where the disk is full.
                Err(sqlx::Error::Database(_)) => {}
                outcome => outcome?,
            },
            Inner::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

impl ReadTx<'_> {
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &ReadTx<'a> {
        &self.read
    }
}

impl<'a> DerefMut for WriteTx<'a> {
    fn deref_mut(&mut self) -> &mut ReadTx<'a> {
        &mut self.read
    }
}

/// Where the disk is full or memory ends, SQLite undoes the whole transaction by itself. The driver still counts it, and
/// refuses all others on that connection from then on: a new one takes its place.
async fn begin(pool: &Pool<Sqlite>, how: &'static str) -> Result<Transaction<'static, Sqlite>> {
    loop {
        match pool.begin_with(how).await {
            Err(sqlx::Error::InvalidSavePointStatement) => drop_miscounting(pool).await?,
            outcome => return Ok(outcome?),
        }
    }
}

async fn drop_miscounting(pool: &Pool<Sqlite>) -> Result<()> {
    let mut connection = pool.acquire().await?;
    // Answered behind whatever the driver was still to undo on it.
    connection.ping().await?;
    if connection.is_in_transaction() {
        connection.close().await?;
    }
    Ok(())
}

async fn open_sqlite_within(path: &Path, timeout: Duration) -> Result<Database> {
    let tries = async {
        loop {
            match open_sqlite(path).await {
                Err(StoreError::Busy(_)) => tokio::time::sleep(OPEN_PAUSE).await,
                outcome => return outcome,
            }
        }
    };
    // The driver waits in threads of its own, so that giving up does not have to wait for it.
    tokio::time::timeout(timeout, tries).await.unwrap_or_else(|_| {
        Err(StoreError::Busy(format!(
            "another process is writing to {} and did not let it be brought up to date for {} seconds: wait until it \
             is done, or stop it",
            path.display(),
            timeout.as_secs_f32()
        )))
    })
}

async fn open_sqlite(path: &Path) -> Result<Database> {
    // The driver sets the busy timeout before it runs the first pragma.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", WRITER_CACHE_KIB)
        .pragma("mmap_size", "0")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", LOG_LIMIT_BYTES)
        .pragma("threads", SORTING_THREADS)
        .analysis_limit(ANALYSIS_ROWS)
        .statement_cache_capacity(STATEMENT_CACHE)
        .row_buffer_size(ROW_BUFFER)
        .disable_statement_logging();
    let writer = sqlite_pool(1, options.clone()).await?;
    migrate::migrate_sqlite(&writer).await?;
    let read_options = options.pragma("cache_size", READER_CACHE_KIB).pragma("query_only", "ON");
    let reader = sqlite_pool(SQLITE_READERS, read_options).await?;
    Ok(Database::Sqlite { writer, reader })
}

async fn sqlite_pool(connections: u32, options: SqliteConnectOptions) -> Result<Pool<Sqlite>> {
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WRITER_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(pool)
}

async fn open_postgres(options: &PgConnectOptions) -> Result<Database> {
    let options = options
        .clone()
        .application_name("perennial")
        .statement_cache_capacity(STATEMENT_CACHE)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(WRITER_TIMEOUT)
        .connect_with(options)
        .await?;
    migrate::migrate_postgres(&pool).await?;
    Ok(Database::Postgres { pool })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const SHORT: Duration = Duration::from_millis(300);

    fn new_file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        (folder, path)
    }

    #[tokio::test]
    async fn a_file_that_is_up_to_date_opens_while_another_process_writes() {
        let (_folder, path) = new_file();
        let first = Database::open(&StoreUrl::Sqlite(path.clone())).await.unwrap();
        let writing = first.write().await.unwrap();
        // The limit is for a slow machine: it was half an hour.
        let second = open_sqlite_within(&path, OPEN_TIMEOUT).await.unwrap();
        assert!(second.read().await.is_ok());
        drop(writing);
        second.close().await;
        first.close().await;
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_brought_up_to_date_is_given_up_with_a_reason() {
        let (_folder, path) = new_file();
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let pool = sqlite_pool(1, options.journal_mode(SqliteJournalMode::Wal)).await.unwrap();
        let writing = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let refused = open_sqlite_within(&path, SHORT).await.unwrap_err().to_string();
        assert!(refused.contains("another process is writing to") && refused.contains("0.3 seconds"), "{refused}");
        writing.rollback().await.unwrap();
        open_sqlite_within(&path, OPEN_TIMEOUT).await.unwrap().close().await;
    }
}
