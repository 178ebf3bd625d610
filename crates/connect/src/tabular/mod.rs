//! Tables in files: CSV and TSV, compressed or not, in the usual encodings.
//!
//! The way of the bytes: [`source`] counts, decompresses and guards; [`encoding`] makes UTF-8; [`reader`]
//! makes rows. [`sniff`] and [`detect`] look at the first mebibyte and decide all three.
//! Invariants: memory is bounded by the limits named here, not by the file; one bad row never ends a file;
//! what cannot be read is an error with a stable code, never a shorter file.
//! Callers may rely on: rows come in file order; [`RowReader::next`] after an error gives the end; opening
//! reads a bounded beginning; a long record can be left by [`RowReader::interrupt_by`].

mod detect;
mod encoding;
mod error;
mod reader;
mod sniff;
mod source;
pub mod write;

pub use encoding::TextEncoding;
pub use error::FileError;
pub use reader::{ReadRow, RejectedRow, Row, RowReader};
pub use source::{Compression, Interrupt, Progress};

use serde::Serialize;
use std::io::Read;
use std::path::Path;

/// A longer record is a broken quote or no table: it becomes one rejected row.
pub const RECORD_BYTES_MAX: usize = 1024 * 1024;
/// No export we know has a hundred; beyond a thousand a delimiter was misread.
pub const COLUMNS_MAX: usize = 1_000;
/// So much of the beginning decides encoding and delimiter.
pub const SAMPLE_BYTES: usize = 1024 * 1024;
/// What a preview reads at most after decompression, for [`RowReader::read_at_most`]: ten thousand rows of three
/// kilobytes.
pub const PREVIEW_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Small files may be as repetitive as they like; the ratio counts from here.
pub const BOMB_OUTPUT_BYTES_MIN: u64 = 64 * 1024 * 1024;
/// Text tables compress 3 to 30 times; 200 is no table that anybody exports.
pub const BOMB_RATIO_MAX: u64 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    Tsv,
    Parquet,
}

/// What the caller states; `None` = find out.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    pub encoding: Option<TextEncoding>,
    /// One of those that [`delimiter_named`] knows.
    pub delimiter: Option<u8>,
}

/// The delimiter that a person writes: itself, or `tab`. `None` for anything that is no delimiter here.
pub fn delimiter_named(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] if sniff::DELIMITERS.contains(byte) => Some(*byte),
        b"tab" => Some(b'\t'),
        _ => None,
    }
}

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    pub format: Format,
    pub compression: Compression,
    pub encoding: TextEncoding,
    /// `,`, `;`, a tab or `|`.
    pub delimiter: char,
}

/// An opened file: rows, or a Parquet file that the caller hands to its own reader.
#[derive(Debug)]
pub enum Opened {
    Rows(Box<RowReader>),
    Parquet,
}

/// Opens a file, finds out what it is and reads its header.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Opened, FileError> {
    let file = std::fs::File::open(path).map_err(|error| FileError::Unreadable(error.to_string()))?;
    open_read(file, options)
}

/// The same for any stream of bytes.
pub fn open_read(input: impl Read + Send + 'static, options: &ReadOptions) -> Result<Opened, FileError> {
    if let Some(other) = options.delimiter.filter(|byte| !sniff::DELIMITERS.contains(byte)) {
        return Err(FileError::UnknownDelimiter { delimiter: char::from(other) });
    }
    let mut source = source::Source::new(Box::new(input))?;
    source.sample(SAMPLE_BYTES)?;
    let head = source.head();
    if head.starts_with(b"PAR1") {
        return Ok(Opened::Parquet);
    }
    let compression = source.compression();
    let progress = source.progress();
    let encoding = encoding::decide(head, options.encoding)?;
    let text = encoding::decoded_head(head, encoding);
    sniff::refuse_other_than_tables(&text)?;
    let delimiter = options.delimiter.unwrap_or_else(|| sniff::delimiter(&text));
    let format = if delimiter == b'\t' { Format::Tsv } else { Format::Csv };
    let info = FileInfo { format, compression, encoding, delimiter: delimiter as char };
    let input = encoding::utf8(source, encoding);
    RowReader::new(input, info, delimiter, progress).map(|reader| Opened::Rows(Box::new(reader)))
}
