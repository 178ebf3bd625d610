//! Values on their way into and out of the database.
//!
//! A [`Bind`] carries its type even when it is NULL: PostgreSQL refuses an untyped NULL for a number.

use crate::error::{Result, StoreError};
use perennial_domain::time::Instant;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Decode, Encode, Postgres, Row as _, Sqlite, Type};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) enum Bind {
    I64(Option<i64>),
    F64(Option<f64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl From<i64> for Bind {
    fn from(value: i64) -> Self {
        Self::I64(Some(value))
    }
}
impl From<Option<i64>> for Bind {
    fn from(value: Option<i64>) -> Self {
        Self::I64(value)
    }
}
impl From<Instant> for Bind {
    fn from(value: Instant) -> Self {
        Self::I64(Some(value.0))
    }
}
impl From<Option<Instant>> for Bind {
    fn from(value: Option<Instant>) -> Self {
        Self::I64(value.map(|at| at.0))
    }
}
impl From<f64> for Bind {
    fn from(value: f64) -> Self {
        Self::F64(Some(value))
    }
}
impl From<bool> for Bind {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}
impl From<&str> for Bind {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}
impl From<String> for Bind {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}
impl From<&String> for Bind {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}
impl From<Option<&str>> for Bind {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(ToOwned::to_owned))
    }
}
impl From<&Option<String>> for Bind {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}
impl From<&[u8]> for Bind {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}

/// The arguments of one execution. An encoding error is kept and reported when the arguments are taken.
pub(crate) struct Binder {
    arguments: EngineArguments,
    failed: Option<sqlx::Error>,
}

enum EngineArguments {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Binder {
    pub(crate) fn sqlite(capacity: usize) -> Self {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(capacity, 0);
        Self { arguments: EngineArguments::Sqlite(arguments), failed: None }
    }

    pub(crate) fn postgres(capacity: usize) -> Self {
        let mut arguments = PgArguments::default();
        arguments.reserve(capacity, capacity * 16);
        Self { arguments: EngineArguments::Postgres(arguments), failed: None }
    }

    pub(crate) fn into_sqlite(self) -> Result<SqliteArguments> {
        match (self.failed, self.arguments) {
            (None, EngineArguments::Sqlite(arguments)) => Ok(arguments),
            (failed, _) => Err(StoreError::Driver(failed.unwrap_or(sqlx::Error::WorkerCrashed))),
        }
    }

    pub(crate) fn into_postgres(self) -> Result<PgArguments> {
        match (self.failed, self.arguments) {
            (None, EngineArguments::Postgres(arguments)) => Ok(arguments),
            (failed, _) => Err(StoreError::Driver(failed.unwrap_or(sqlx::Error::WorkerCrashed))),
        }
    }

    fn add<'v, T>(&mut self, value: T)
    where
        T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>,
    {
        let added = match &mut self.arguments {
            EngineArguments::Sqlite(arguments) => Arguments::add(arguments, value),
            EngineArguments::Postgres(arguments) => Arguments::add(arguments, value),
        };
        if let Err(error) = added {
            self.failed = Some(sqlx::Error::Encode(error));
        }
    }

    pub(crate) fn bind(&mut self, value: &Bind) {
        match value {
            Bind::I64(value) => self.add(*value),
            Bind::F64(value) => self.add(*value),
            Bind::Bool(value) => self.add(*value),
            Bind::Text(value) => self.opt_text(value.as_deref()),
            Bind::Bytes(Some(value)) => self.bytes(value),
            Bind::Bytes(None) => self.add(None::<Vec<u8>>),
        }
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.add(value);
    }

    pub(crate) fn opt_i64(&mut self, value: Option<i64>) {
        self.add(value);
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.add(value);
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.add(value);
    }

    pub(crate) fn opt_f64(&mut self, value: Option<f64>) {
        self.add(value);
    }

    pub(crate) fn text(&mut self, value: &str) {
        match &mut self.arguments {
            // SQLite's driver keeps arguments in shared allocations: one for `Arc<str>`, two for `&str`.
            EngineArguments::Sqlite(_) => self.add_sqlite(Arc::<str>::from(value)),
            EngineArguments::Postgres(_) => self.add(value),
        }
    }

    pub(crate) fn opt_text(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.add(None::<String>),
        }
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        self.add(value);
    }

    fn add_sqlite<'v, T: Encode<'v, Sqlite> + Type<Sqlite>>(&mut self, value: T) {
        if let EngineArguments::Sqlite(arguments) = &mut self.arguments
            && let Err(error) = Arguments::add(arguments, value)
        {
            self.failed = Some(sqlx::Error::Encode(error));
        }
    }
}

/// A row of either engine, read by position.
pub(crate) enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl Row<'_> {
    fn get<T>(&self, column: usize) -> Result<T>
    where
        T: for<'v> Decode<'v, Sqlite> + Type<Sqlite> + for<'v> Decode<'v, Postgres> + Type<Postgres>,
    {
        let value = match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        };
        Ok(value)
    }

    pub(crate) fn i64(&self, column: usize) -> Result<i64> {
        self.get(column)
    }

    pub(crate) fn opt_i64(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)
    }

    pub(crate) fn instant(&self, column: usize) -> Result<Instant> {
        self.get(column).map(Instant)
    }

    pub(crate) fn opt_instant(&self, column: usize) -> Result<Option<Instant>> {
        Ok(self.opt_i64(column)?.map(Instant))
    }

    pub(crate) fn f64(&self, column: usize) -> Result<f64> {
        self.get(column)
    }

    pub(crate) fn opt_f64(&self, column: usize) -> Result<Option<f64>> {
        self.get(column)
    }

    pub(crate) fn bool(&self, column: usize) -> Result<bool> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        self.get(column)
    }

    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        self.get(column)
    }

    pub(crate) fn opt_bytes(&self, column: usize) -> Result<Option<Vec<u8>>> {
        self.get(column)
    }

    /// A customer number: stored as a 64-bit integer, always within 32 bits without sign.
    pub(crate) fn number(&self, column: usize, table: &'static str, name: &'static str) -> Result<u32> {
        let stored = self.i64(column)?;
        u32::try_from(stored).map_err(|_| StoreError::Inconsistency { table, column: name, row: stored.to_string() })
    }
}
