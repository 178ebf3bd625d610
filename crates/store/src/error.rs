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
/// Primary codes of SQLite that tell of the machine: no memory, read-only, input or output, a damaged or foreign
/// file, a full disk, a file that cannot be opened, a broken lock.
const SQLITE_UNWELL: [i64; 8] = [7, 8, 10, 11, 13, 14, 15, 26];
/// Classes of PostgreSQL that tell of the server: connection, read-only, out of resources, being stopped, its disk.
const POSTGRES_UNWELL: [&str; 5] = ["08", "25006", "53", "57", "58"];

impl StoreError {
    /// Whether the whole transaction may be tried again from its start.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_))
    }

    /// Whether the store is unwell, whatever was to be written: any other change would fare alike now, and this one
    /// may succeed later.
    pub fn is_of_the_store(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Driver(sqlx::Error::Database(error)) => tells_of_the_machine(&error.code().unwrap_or_default()),
            Self::Driver(sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_)) => false,
            Self::Driver(_) => true,
            _ => false,
        }
    }
}

/// SQLSTATE has five characters, SQLite's codes are numbers of fewer.
fn tells_of_the_machine(code: &str) -> bool {
    match code.parse::<i64>() {
        Ok(number) if code.len() <= 4 => SQLITE_UNWELL.contains(&(number & 0xFF)),
        _ => POSTGRES_UNWELL.iter().any(|class| code.starts_with(class)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_what_was_to_be_written() {
        for code in ["13", "10", "522", "53100", "57P01", "08006", "25006"] {
            assert!(tells_of_the_machine(code), "{code}");
        }
        for code in ["1", "19", "2067", "22021", "22003", "23505", ""] {
            assert!(!tells_of_the_machine(code), "{code}");
        }
        assert!(StoreError::Driver(sqlx::Error::PoolClosed).is_of_the_store());
        assert!(StoreError::Busy(String::new()).is_of_the_store());
        assert!(!StoreError::Constraint { name: "orders_pkey".to_owned() }.is_of_the_store());
    }
}
