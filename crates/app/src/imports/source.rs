//! Files as rows of text cells, whatever their format.

use super::{ImportError, ImportFile};
use perennial_connect::tabular::{self, FileError, FileInfo, Opened, ReadOptions, ReadRow, RowReader, TextEncoding};
use perennial_domain::import::cells::{Cells, RowBuffer};
use perennial_domain::import::error::RowError;
use perennial_domain::import::mapping::Options;
use perennial_history::{ParquetRows, TextBatch};

/// One row, or why there is none.
pub enum Item<'a> {
    Row { row_number: u64, cells: Cells<'a> },
    Rejected { row_number: u64, error: RowError, beginning: String },
}

pub enum RowSource {
    Text(Box<RowReader>),
    Parquet(Box<ParquetSource>),
}

/// A Parquet file, row by row.
pub struct ParquetSource {
    rows: ParquetRows,
    batch: Option<TextBatch>,
    next_in_batch: usize,
    buffer: RowBuffer,
    size_bytes: u64,
}

/// Parquet rows are numbered as if a header stood above them, like those of text files.
const HEADER_ROWS: u64 = 1;

impl ParquetSource {
    fn open(file: &ImportFile) -> Result<Self, ImportError> {
        let rows = ParquetRows::open(&file.path).map_err(|error| unreadable(file, &error))?;
        Ok(Self { rows, batch: None, next_in_batch: 0, buffer: RowBuffer::default(), size_bytes: file.size_bytes })
    }

    fn next(&mut self, file: &ImportFile) -> Result<Option<Item<'_>>, ImportError> {
        while self.batch.as_ref().is_none_or(|batch| self.next_in_batch >= batch.rows()) {
            self.batch = self.rows.next_batch().map_err(|error| unreadable(file, &error))?;
            self.next_in_batch = 0;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
        let Some(batch) = &self.batch else { return Ok(None) };
        self.buffer.clear();
        for column in 0..self.rows.columns().len() {
            self.buffer.push(batch.cell(self.next_in_batch, column).unwrap_or_default());
        }
        let row_number = batch.first_row() + self.next_in_batch as u64 + HEADER_ROWS;
        self.next_in_batch += 1;
        Ok(Some(Item::Row { row_number, cells: self.buffer.cells() }))
    }

    fn bytes_read(&self) -> u64 {
        let progress = self.rows.progress();
        (progress.rows as f64 / progress.rows_total.max(1) as f64 * self.size_bytes as f64) as u64
    }
}

fn unreadable(file: &ImportFile, error: &perennial_history::TableFileError) -> ImportError {
    ImportError::refused("parquet_unreadable", format!("{}: {error}", file.name))
}

impl RowSource {
    pub fn open(file: &ImportFile, options: &Options) -> Result<Self, ImportError> {
        let read_options = read_options(options)?;
        match tabular::open(&file.path, &read_options).map_err(|error| refused(file, &error))? {
            Opened::Rows(reader) => Ok(Self::Text(reader)),
            Opened::Parquet => Ok(Self::Parquet(Box::new(ParquetSource::open(file)?))),
        }
    }

    pub fn headers(&self) -> Vec<String> {
        match self {
            Self::Text(reader) => reader.headers().to_vec(),
            Self::Parquet(source) => source.rows.columns().to_vec(),
        }
    }

    /// What was found out about a text file; `None` for Parquet.
    pub fn info(&self) -> Option<&FileInfo> {
        match self {
            Self::Text(reader) => Some(reader.info()),
            Self::Parquet(_) => None,
        }
    }

    /// Bytes of the file itself that are behind us.
    pub fn bytes_read(&self) -> u64 {
        match self {
            Self::Text(reader) => reader.progress().bytes_read(),
            Self::Parquet(source) => source.bytes_read(),
        }
    }

    /// The next row. An error in the middle comes after all rows before it.
    pub fn next(&mut self, file: &ImportFile) -> Result<Option<Item<'_>>, ImportError> {
        match self {
            Self::Text(reader) => Ok(match reader.next().map_err(|error| refused(file, &error))? {
                None => None,
                Some(ReadRow::Row(row)) => Some(Item::Row { row_number: row.row_number, cells: row.cells }),
                Some(ReadRow::Rejected(row)) => {
                    Some(Item::Rejected { row_number: row.row_number, error: row.error, beginning: row.beginning })
                }
            }),
            Self::Parquet(source) => source.next(file),
        }
    }
}

fn refused(file: &ImportFile, error: &FileError) -> ImportError {
    ImportError::refused(error.code(), format!("{}: {error}", file.name))
}

fn read_options(options: &Options) -> Result<ReadOptions, ImportError> {
    let encoding = match &options.encoding {
        None => None,
        Some(code) => Some(TextEncoding::parse(code).ok_or_else(|| {
            ImportError::refused("unknown_encoding", format!("{code}: utf-8, gb18030, utf-16le or utf-16be"))
        })?),
    };
    let delimiter = match options.delimiter.as_deref() {
        None => None,
        Some(text) if text.len() == 1 => Some(text.as_bytes()[0]),
        Some("tab") => Some(b'\t'),
        Some(text) => return Err(ImportError::refused("unknown_delimiter", format!("{text}: one of , ; | or tab"))),
    };
    Ok(ReadOptions { encoding, delimiter })
}
