//! Why a file cannot be read, or cannot be read further.
//!
//! Invariants: codes are stable snake_case; texts name what was found and what to do.
//! Callers may rely on: an error in the middle of a file comes after all rows before it.

use std::io;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("the file is empty: a table begins with a row of column names")]
    Empty,
    #[error("the file looks like {found}, not like a table: {advice}")]
    NotATable { found: &'static str, advice: &'static str },
    #[error(
        "the text is neither UTF-8 (wrong at byte {utf8_offset}) nor GB18030 (wrong at byte {gb18030_offset}): \
         save it as UTF-8"
    )]
    UnknownEncoding { utf8_offset: usize, gb18030_offset: usize },
    #[error("the first row looks like data: put a row of column names above it")]
    NoHeader,
    #[error("several columns are called {}: give each a name of its own, such as {suggestion}", names.join(", "))]
    DuplicateHeader { names: Vec<String>, suggestion: String },
    #[error("the header cannot be read: {0}")]
    BadHeader(String),
    #[error(
        "{compressed_bytes} compressed bytes became more than {output_bytes}: \
         that is no table; decompress the file yourself if it is one"
    )]
    DecompressionBomb { compressed_bytes: u64, output_bytes: u64 },
    #[error("the compressed file ends too early after {output_bytes} bytes: it was not copied completely")]
    Truncated { output_bytes: u64 },
    #[error("the compressed file is damaged after {output_bytes} bytes: {cause}")]
    Damaged { output_bytes: u64, cause: String },
}

impl FileError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file_unreadable",
            Self::Empty => "file_empty",
            Self::NotATable { .. } => "not_a_table",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::NoHeader => "no_header",
            Self::DuplicateHeader { .. } => "duplicate_header",
            Self::BadHeader(_) => "bad_header",
            Self::DecompressionBomb { .. } => "decompression_bomb",
            Self::Truncated { .. } => "file_truncated",
            Self::Damaged { .. } => "file_damaged",
        }
    }

    /// Errors travel through `Read` inside an `io::Error` and come out here.
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            Some(own) => own.clone(),
            None => Self::Unreadable(error.to_string()),
        }
    }
}
