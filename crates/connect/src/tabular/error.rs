//! Why a file cannot be read, or cannot be read further.
//!
//! Invariants: codes are stable snake_case; texts name what was found and what to do.
//! Callers may rely on: an error in the middle of a file comes after all rows before it.

use perennial_domain::import::error::shown;
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
        "the text is not UTF-8 (wrong at byte {utf8_offset}), nor Chinese in GB18030, nor Western European in \
         windows-1252: save it as UTF-8, or state its encoding"
    )]
    UnknownEncoding { utf8_offset: usize },
    #[error("{} is no delimiter of a table: one of , ; | or tab", shown(&delimiter.to_string()))]
    UnknownDelimiter { delimiter: char },
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
    #[error("reading was interrupted")]
    Interrupted,
}

impl FileError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file_unreadable",
            Self::Empty => "file_empty",
            Self::NotATable { .. } => "not_a_table",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::UnknownDelimiter { .. } => "unknown_delimiter",
            Self::NoHeader => "no_header",
            Self::DuplicateHeader { .. } => "duplicate_header",
            Self::BadHeader(_) => "bad_header",
            Self::DecompressionBomb { .. } => "decompression_bomb",
            Self::Truncated { .. } => "file_truncated",
            Self::Damaged { .. } => "file_damaged",
            Self::Interrupted => "interrupted",
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
