//! What can go wrong with the history, with enough context to tell the operator what to look at.

use deltalake::DeltaTableError;
use deltalake::datafusion::error::DataFusionError;
use deltalake::parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    #[error("cannot {action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },

    #[error("cannot {action} the facts table: {source}")]
    Table { action: &'static str, source: Box<DeltaTableError> },

    #[error("cannot {action} the history: {source}")]
    Query { action: &'static str, source: Box<DataFusionError> },

    #[error("cannot {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: ParquetError },

    /// The table was written by a later version of Perennial, or changed by another program.
    #[error("the facts table needs schema version {found}, this program knows versions up to {known}")]
    NewerSchema { found: String, known: u32 },

    /// Another program turned on table features (deletion vectors, column mapping) that these readers ignore.
    #[error("the facts table uses a table feature that this program does not read: {feature}")]
    ForeignFeature { feature: String },

    #[error("journal block {sequence} has version {found}, this program knows versions up to {known}")]
    NewerBlock { sequence: i64, found: u32, known: u32 },

    #[error("journal blocks must come one after the other: {sequence} follows {previous}")]
    BlocksOutOfOrder { previous: i64, sequence: i64 },

    /// What lies between is in neither store: this is not the history that the journal was handed to.
    #[error(
        "journal block {sequence} cannot follow block {known}, the last one in the history: the blocks between are \
         missing. History and database do not belong together, or one of them is an older backup: restore both from \
         the same backup"
    )]
    BlocksMissing { known: i64, sequence: i64 },

    #[error(
        "the history in {} belongs to another database: name the database that filled it, or choose an empty data \
         folder", root.display()
    )]
    OtherWorkspace { root: PathBuf },

    /// A stored value that no version of Perennial writes.
    #[error("damaged history: {detail}")]
    Damaged { detail: String },

    #[error("a history task ended early: {detail}")]
    Task { detail: String },
}

pub type Result<T> = std::result::Result<T, HistoryError>;

impl HistoryError {
    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged { detail: detail.into() }
    }
}

pub(crate) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HistoryError {
    let path = path.to_owned();
    move |source| HistoryError::Io { action, path, source }
}

pub(crate) fn table_error(action: &'static str) -> impl FnOnce(DeltaTableError) -> HistoryError {
    move |source| HistoryError::Table { action, source: Box::new(source) }
}

pub(crate) fn query_error(action: &'static str) -> impl FnOnce(DataFusionError) -> HistoryError {
    move |source| HistoryError::Query { action, source: Box::new(source) }
}

pub(crate) fn file_error(action: &'static str, path: &Path) -> impl FnOnce(ParquetError) -> HistoryError {
    let path = path.to_owned();
    move |source| HistoryError::File { action, path, source }
}
