//! Files as rows of text cells, whatever their format.

use super::{ImportError, ImportFile};
use perennial_connect::tabular::{
    self, FileError, FileInfo, Interrupt, Opened, PREVIEW_BYTES_MAX, RECORD_BYTES_MAX, ReadOptions, ReadRow, RowReader,
    TextEncoding,
};
use perennial_domain::import::cells::{Cells, RowBuffer};
use perennial_domain::import::error::{RowError, RowErrorCode, VALUE_BYTES_SHOWN_MAX, shown};
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_history::{CellError, ParquetRows, TextBatch};

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
    /// By column: whether the import uses it. None is used before the mapping is known.
    used: Vec<bool>,
}

/// Parquet rows are numbered as if a header stood above them, like those of text files.
const HEADER_ROWS: u64 = 1;

impl ParquetSource {
    fn open(file: &ImportFile) -> Result<Self, ImportError> {
        let rows = ParquetRows::open(&file.path).map_err(|error| unreadable(file, &error))?;
        let used = vec![false; rows.columns().len()];
        let buffer = RowBuffer::default();
        Ok(Self { rows, batch: None, next_in_batch: 0, buffer, size_bytes: file.size_bytes, used })
    }

    fn use_columns(&mut self, file: &ImportFile, mapping: &Mapping) -> Result<(), ImportError> {
        for (place, name) in self.rows.columns().iter().enumerate() {
            let used = mapping.0.get(name).is_some_and(|target| *target != Target::Ignore);
            if let Some(found) = self.rows.unreadable(place).filter(|_| used) {
                return Err(unreadable_column(file, name, found));
            }
            self.used[place] = used;
        }
        Ok(())
    }

    fn next(&mut self, file: &ImportFile) -> Result<Option<Item<'_>>, ImportError> {
        while self.batch.as_ref().is_none_or(|batch| self.next_in_batch >= batch.rows()) {
            // The batch before is gone by the time that the next one needs room.
            self.batch = None;
            self.batch = self.rows.next_batch().map_err(|error| unreadable(file, &error))?;
            self.next_in_batch = 0;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
        let Some(batch) = &self.batch else { return Ok(None) };
        let row = self.next_in_batch;
        self.next_in_batch += 1;
        let row_number = batch.first_row() + row as u64 + HEADER_ROWS;
        let mut wrong = None;
        let mut bytes = 0;
        self.buffer.clear();
        for (column, used) in self.used.iter().enumerate() {
            match batch.cell(row, column) {
                Ok(text) => {
                    let text = text.unwrap_or_default();
                    bytes += text.len();
                    // The others are still told, so that the row is known by its beginning.
                    self.buffer.push(if bytes > RECORD_BYTES_MAX { "" } else { text });
                }
                Err(error) => {
                    if *used {
                        wrong.get_or_insert((column, error));
                    }
                    self.buffer.push(&format!("({error})"));
                }
            }
        }
        let error = match wrong {
            Some((column, error)) => cell_error(&self.rows.columns()[column], error),
            None if bytes > RECORD_BYTES_MAX => {
                let reason = format!("the row is longer than {RECORD_BYTES_MAX} bytes");
                RowError::of_row(RowErrorCode::RecordTooLong, reason)
            }
            None => return Ok(Some(Item::Row { row_number, cells: self.buffer.cells() })),
        };
        Ok(Some(Item::Rejected { row_number, error, beginning: beginning(&self.buffer.cells()) }))
    }

    fn bytes_read(&self) -> u64 {
        let progress = self.rows.progress();
        (progress.rows as f64 / progress.rows_total.max(1) as f64 * self.size_bytes as f64) as u64
    }
}

fn unreadable(file: &ImportFile, error: &perennial_history::TableFileError) -> ImportError {
    ImportError::refused("parquet_unreadable", format!("{}: {error}", file.name))
}

fn unreadable_column(file: &ImportFile, name: &str, found: &str) -> ImportError {
    let name = shown(name);
    let text = format!("{}: the column {name} holds {found}, which cannot be read as text: leave it out", file.name);
    ImportError::refused("parquet_unreadable", text)
}

fn cell_error(column: &str, error: CellError) -> RowError {
    let code = match error {
        CellError::TooLong => RowErrorCode::ValueTooLong,
        CellError::NotUtf8 | CellError::NoText => RowErrorCode::InvalidText,
    };
    RowError::of_row(code, format!("column {}: {error}", shown(column)))
}

/// What the file of rejected rows repeats of a row that could not be read.
fn beginning(cells: &Cells<'_>) -> String {
    let mut text = cells.iter().collect::<Vec<_>>().join(",");
    text.truncate(text.floor_char_boundary(VALUE_BYTES_SHOWN_MAX));
    text
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

    /// Columns whose type has no text, with what they hold. They read as empty, and cannot be used.
    pub fn unreadable_columns(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Parquet(source) => {
                let names = source.rows.columns().iter().enumerate();
                names.filter_map(|(place, name)| Some((name.as_str(), source.rows.unreadable(place)?))).collect()
            }
        }
    }

    /// From here on, a cell that cannot be read rejects its row where this mapping uses its column; in other columns
    /// it is only told.
    pub fn use_columns(&mut self, file: &ImportFile, mapping: &Mapping) -> Result<(), ImportError> {
        match self {
            Self::Text(_) => Ok(()),
            Self::Parquet(source) => source.use_columns(file, mapping),
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

    /// Once it is set, [`Self::next`] fails soon, also within a record that does not end.
    pub fn interrupt_by(&mut self, interrupt: &Interrupt) {
        if let Self::Text(reader) = self {
            reader.interrupt_by(interrupt.clone());
        }
    }

    /// Ends the rows after a bounded part of the file: for a look at its beginning.
    pub fn read_beginning(&mut self) {
        if let Self::Text(reader) = self {
            reader.read_at_most(PREVIEW_BYTES_MAX);
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
            ImportError::refused(
                "unknown_encoding",
                format!("{code}: utf-8, gb18030, utf-16le, utf-16be or windows-1252"),
            )
        })?),
    };
    let delimiter = match options.delimiter.as_deref() {
        None => None,
        Some(text) => Some(tabular::delimiter_named(text).ok_or_else(|| {
            ImportError::refused("unknown_delimiter", format!("{}: one of , ; | or tab", shown(text)))
        })?),
    };
    Ok(ReadOptions { encoding, delimiter })
}
