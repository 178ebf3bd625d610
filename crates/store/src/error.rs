//! What can go wrong in the store.
//!
//! Callers may rely on: `Busy` is worth another try, `Constraint` names the index or constraint that
//! refused, `Inconsistency` means that the stored row cannot be what this program wrote. No text of these
//! errors carries values of rows.

use sqlx::error::DatabaseError;

pub type Result<T> = std::result::Result<T, StoreError>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database driver: {0}")]
    Driver(#[source] sqlx::Error),
    /// Somebody else holds the lock, or this task already holds the only write transaction of a SQLite file.
    #[error("database is busy: {0}")]
    Busy(String),
    #[error("constraint refused the change: {name}")]
    Constraint { name: String },
    #[error("stored row makes no sense: {table}.{column} of {row}")]
    Inconsistency { table: &'static str, column: &'static str, row: String },
    #[error("{statement} touched {actual} rows instead of {expected}")]
    RowsAffected { statement: &'static str, expected: u64, actual: u64 },
    #[error("unknown store {0:?}: expected sqlite:///path/to/file.db or postgres://…")]
    UnknownScheme(String),
    #[error("store address is not valid: {0}")]
    InvalidUrl(String),
    #[error("database was written by a newer version: schema {version} is unknown here")]
    NewerSchema { version: i64 },
    #[error("schema could not be brought up to date: {0}")]
    Migration(String),
    /// A programming error that the suite finds: no such block in `queries/`.
    #[error("no statement named {0}")]
    UnknownStatement(&'static str),
}

/// Result codes of SQLite whose low byte is 5 or 6: busy and locked.
const SQLITE_BUSY: i64 = 5;
const SQLITE_LOCKED: i64 = 6;
/// PostgreSQL: serialization failure, deadlock, lock not available.
const POSTGRES_RETRY: [&str; 3] = ["40001", "40P01", "55P03"];

impl StoreError {
    /// Whether the whole transaction may be tried again from its start.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) => from_database(inner.as_ref()).unwrap_or(Self::Driver(error)),
            sqlx::Error::PoolTimedOut => Self::Busy(
                "no connection became free; on SQLite a task that opens a second write transaction waits for itself"
                    .to_owned(),
            ),
            _ => Self::Driver(error),
        }
    }
}

fn from_database(error: &dyn DatabaseError) -> Option<StoreError> {
    let code = error.code().unwrap_or_default().into_owned();
    let sqlite_code = if code.len() <= 4 { code.parse::<i64>().ok() } else { None };
    let primary = sqlite_code.map(|code| code & 0xFF);
    if matches!(primary, Some(SQLITE_BUSY | SQLITE_LOCKED)) || POSTGRES_RETRY.contains(&code.as_str()) {
        return Some(StoreError::Busy(error.message().to_owned()));
    }
    if matches!(error.kind(), sqlx::error::ErrorKind::Other) {
        return None;
    }
    // SQLite names the columns ("UNIQUE constraint failed: users.email"), PostgreSQL the constraint.
    let name = match error.constraint() {
        Some(name) => name.to_owned(),
        None => error.message().rsplit(": ").next().unwrap_or_default().to_owned(),
    };
    Some(StoreError::Constraint { name })
}
