//! Rows of a table, one after the other, from one buffer.
//!
//! Invariants: memory is one record of at most [`RECORD_BYTES_MAX`] and [`COLUMNS_MAX`] ends, whatever the
//! file holds; a record that is longer is read over and becomes one rejected row, a header that is longer
//! ends it at once. Row numbers are those a spreadsheet shows: the header is 1 where nothing stands above it,
//! blank lines count, lines within quotes do not.
//! Callers may rely on: every cell of a row is valid UTF-8 without NUL; a row has at most as many cells as
//! the header (surplus empty ones are dropped); short rows keep their length and read as empty beyond it; a
//! wish to stop and a limit of bytes are looked at before each buffer, also within a record without an end.

use super::error::FileError;
use super::source::{Interrupt, Progress};
use super::{COLUMNS_MAX, FileInfo, RECORD_BYTES_MAX};
use csv_core::ReadRecordResult;
use perennial_domain::import::cells::Cells;
use perennial_domain::import::error::{RowError, RowErrorCode, VALUE_BYTES_SHOWN_MAX, nul_byte, shown};
use perennial_domain::import::parse::dates::DateEvidence;
use perennial_domain::import::parse::numbers::is_number;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

/// Text is taken from the input in pieces of this size.
const BUFFER_BYTES: usize = 128 * 1024;
/// Where the room for one record begins; it grows to [`RECORD_BYTES_MAX`] if a record needs it.
const RECORD_BYTES_START: usize = 64 * 1024;

#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub row_number: u64,
    pub cells: Cells<'a>,
}

/// A row that cannot be given as cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    pub row_number: u64,
    pub error: RowError,
    /// The beginning of the row, for the list of rejected rows.
    pub beginning: String,
}

#[derive(Clone, Debug)]
pub enum ReadRow<'a> {
    Row(Row<'a>),
    Rejected(RejectedRow),
}

pub struct RowReader {
    input: Box<dyn Read + Send>,
    info: FileInfo,
    progress: Progress,
    csv: csv_core::Reader,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    input_ended: bool,
    /// Bytes of text that may still be read; `None` = all.
    bytes_left: Option<u64>,
    /// The limit of bytes ended the input, perhaps within a record.
    is_cut: bool,
    interrupt: Interrupt,
    after_cr: bool,
    finished: bool,
    record: Vec<u8>,
    ends: Vec<usize>,
    row_number: u64,
    headers: Vec<String>,
}

impl fmt::Debug for RowReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RowReader").field("info", &self.info).field("row_number", &self.row_number).finish()
    }
}

enum Record {
    Complete { bytes: usize, columns: usize },
    Overlong { code: RowErrorCode, beginning: String },
    Unclosed { beginning: String },
    End,
}

/// What is done with a record that is too long.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhenOverlong {
    ReadOver,
    Stop,
}

impl RowReader {
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        info: FileInfo,
        delimiter: u8,
        progress: Progress,
    ) -> Result<Self, FileError> {
        let mut reader = Self {
            input,
            info,
            progress,
            csv: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: vec![0; BUFFER_BYTES],
            from: 0,
            to: 0,
            input_ended: false,
            bytes_left: None,
            is_cut: false,
            interrupt: Interrupt::default(),
            after_cr: false,
            finished: false,
            record: vec![0; RECORD_BYTES_START],
            ends: vec![0; COLUMNS_MAX + 1],
            row_number: 0,
            headers: Vec::new(),
        };
        let mut cells = reader.header_cells()?;
        // Excel writes and reads `sep=;` above the header.
        if cells.first().is_some_and(|first| first.to_ascii_lowercase().starts_with("sep=")) {
            cells = reader.header_cells()?;
        }
        reader.headers = named(cells)?;
        Ok(reader)
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    pub fn info(&self) -> &FileInfo {
        &self.info
    }

    /// How much of the file itself was read; a clone of this may be asked from elsewhere.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Once it is set, [`Self::next`] fails with [`FileError::Interrupted`] at the next buffer.
    pub fn interrupt_by(&mut self, interrupt: Interrupt) {
        self.interrupt = interrupt;
    }

    /// Ends the rows after about so many more bytes of text (up to a buffer more), as a look at the beginning
    /// does. A record that is cut there is left out, one that is too long already is still told.
    pub fn read_at_most(&mut self, bytes: u64) {
        self.bytes_left = Some(bytes);
    }

    /// The next row, or `None` at the end. After an error the file is at its end.
    #[expect(clippy::should_implement_trait, reason = "rows borrow from the reader, an Iterator cannot lend")]
    pub fn next(&mut self) -> Result<Option<ReadRow<'_>>, FileError> {
        let (bytes, columns) = loop {
            match self.read_record(WhenOverlong::ReadOver)? {
                Record::End => return Ok(None),
                Record::Complete { bytes: 0, .. } => {}
                Record::Complete { bytes, columns } => break (bytes, columns),
                Record::Overlong { code, beginning } => return Ok(Some(self.overlong(code, beginning))),
                Record::Unclosed { beginning } => return Ok(Some(self.unclosed(beginning))),
            }
        };
        Ok(Some(self.checked(bytes, columns)))
    }

    fn overlong(&self, code: RowErrorCode, beginning: String) -> ReadRow<'static> {
        self.rejected(code, format!("the row {}", too_long(code)), beginning)
    }

    fn unclosed(&self, beginning: String) -> ReadRow<'static> {
        let reason = "a quote in this row is never closed, so that the file ends within it".to_owned();
        self.rejected(RowErrorCode::UnclosedQuote, reason, beginning)
    }

    fn rejected(&self, code: RowErrorCode, reason: String, beginning: String) -> ReadRow<'static> {
        let error = RowError::of_row(code, reason);
        ReadRow::Rejected(RejectedRow { row_number: self.row_number, error, beginning })
    }

    fn checked(&self, bytes: usize, columns: usize) -> ReadRow<'_> {
        let record = &self.record[..bytes];
        let mut ends = &self.ends[..columns];
        if let Some(error) = nul_byte(record) {
            return ReadRow::Rejected(RejectedRow { row_number: self.row_number, error, beginning: beginning(record) });
        }
        let text = match std::str::from_utf8(record) {
            Ok(text) if ends.iter().all(|end| text.is_char_boundary(*end)) => text,
            _ => {
                let code = self.info.encoding.code();
                let reason = format!("the row holds bytes that are not {code}: state the encoding, such as gb18030");
                return self.rejected(RowErrorCode::InvalidText, reason, beginning(record));
            }
        };
        if self.info.encoding.lost(text) {
            let reason = format!("the row holds bytes that are not {}", self.info.encoding.code());
            return self.rejected(RowErrorCode::InvalidText, reason, beginning(record));
        }
        if columns > self.headers.len() {
            let wanted = self.headers.len();
            if ends[wanted - 1] != bytes {
                let reason =
                    format!("the row has {columns} cells, the header {wanted}: quote cells that hold the delimiter");
                return self.rejected(RowErrorCode::WrongColumnCount, reason, beginning(record));
            }
            ends = &ends[..wanted];
        }
        ReadRow::Row(Row { row_number: self.row_number, cells: Cells::new(text, ends) })
    }

    /// Takes more input; true unless the input is at its end.
    fn fill(&mut self) -> Result<bool, FileError> {
        while self.from == self.to && !self.input_ended {
            if self.interrupt.is_set() {
                self.finished = true;
                return Err(FileError::Interrupted);
            }
            if self.bytes_left == Some(0) {
                (self.is_cut, self.input_ended) = (true, true);
                break;
            }
            match self.input.read(&mut self.buffer) {
                Ok(0) => self.input_ended = true,
                Ok(count) => {
                    (self.from, self.to) = (0, count);
                    self.bytes_left = self.bytes_left.map(|left| left.saturating_sub(count as u64));
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.finished = true;
                    return Err(FileError::of_io(&error));
                }
            }
        }
        Ok(self.from < self.to)
    }

    /// Goes to the first byte of the next record; false at the end of the input.
    fn skip_blank_lines(&mut self) -> Result<bool, FileError> {
        while self.fill()? {
            match self.buffer[self.from] {
                b'\n' if self.after_cr => self.after_cr = false,
                b'\n' => self.row_number += 1,
                b'\r' => {
                    self.row_number += 1;
                    self.after_cr = true;
                }
                _ => return Ok(true),
            }
            self.from += 1;
        }
        Ok(false)
    }

    fn read_record(&mut self, when_overlong: WhenOverlong) -> Result<Record, FileError> {
        if self.finished || !self.skip_blank_lines()? {
            self.finished = true;
            return Ok(Record::End);
        }
        self.row_number += 1;
        let (mut used, mut columns) = (0, 0);
        let mut overlong: Option<(RowErrorCode, String)> = None;
        loop {
            // The end of the input ends the record like a line end does, except within quotes: there, and
            // only there, a line end is text and the record goes on.
            let more = self.fill()?;
            if !more && self.is_cut {
                self.finished = true;
                let overlong = overlong.map(|(code, beginning)| Record::Overlong { code, beginning });
                return Ok(overlong.unwrap_or(Record::End));
            }
            let input = if more { &self.buffer[self.from..self.to] } else { b"\n".as_slice() };
            let (result, read, written, ended) =
                self.csv.read_record(input, &mut self.record[used..], &mut self.ends[columns..]);
            if read > 0 {
                self.after_cr = input[read - 1] == b'\r';
            }
            self.from += if more { read } else { 0 };
            used += written;
            columns += ended;
            match result {
                ReadRecordResult::InputEmpty if more => {}
                ReadRecordResult::InputEmpty => {
                    self.finished = true;
                    let beginning = overlong.map_or_else(|| beginning(&self.record[..used]), |(_, text)| text);
                    return Ok(Record::Unclosed { beginning });
                }
                ReadRecordResult::OutputFull if self.record.len() < RECORD_BYTES_MAX => {
                    self.record.resize((self.record.len() * 2).min(RECORD_BYTES_MAX), 0);
                }
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    let code = if result == ReadRecordResult::OutputFull {
                        RowErrorCode::RecordTooLong
                    } else {
                        RowErrorCode::TooManyColumns
                    };
                    let (_, beginning) = overlong.get_or_insert_with(|| (code, beginning(&self.record[..used])));
                    if when_overlong == WhenOverlong::Stop {
                        self.finished = true;
                        return Ok(Record::Overlong { code, beginning: std::mem::take(beginning) });
                    }
                    // What follows is read over into the same room.
                    (used, columns) = (0, 0);
                }
                ReadRecordResult::Record | ReadRecordResult::End => {
                    if let Some((code, beginning)) = overlong {
                        return Ok(Record::Overlong { code, beginning });
                    }
                    if columns > COLUMNS_MAX {
                        let code = RowErrorCode::TooManyColumns;
                        return Ok(Record::Overlong { code, beginning: beginning(&self.record[..used]) });
                    }
                    return Ok(Record::Complete { bytes: used, columns });
                }
            }
        }
    }

    fn header_cells(&mut self) -> Result<Vec<String>, FileError> {
        let bad = |reason: &str| FileError::BadHeader(reason.to_owned());
        match self.read_record(WhenOverlong::Stop)? {
            Record::End => Err(FileError::Empty),
            Record::Unclosed { .. } => Err(bad("a quote in it is never closed")),
            Record::Overlong { code, .. } => Err(bad(&format!("it {}", too_long(code)))),
            Record::Complete { bytes, columns } => {
                let text = std::str::from_utf8(&self.record[..bytes]).map_err(|_| bad("it is not valid text"))?;
                let cells = Cells::new(text, &self.ends[..columns]);
                Ok(cells.iter().map(|cell| cell.trim().trim_matches('\u{feff}').to_owned()).collect())
            }
        }
    }
}

fn too_long(code: RowErrorCode) -> String {
    match code {
        RowErrorCode::TooManyColumns => format!("has more than {COLUMNS_MAX} cells"),
        _ => format!("is longer than {RECORD_BYTES_MAX} bytes: is a quote in it not closed?"),
    }
}

/// The beginning of a record as text, as much as a reason may show.
fn beginning(record: &[u8]) -> String {
    String::from_utf8_lossy(&record[..record.len().min(VALUE_BYTES_SHOWN_MAX)]).into_owned()
}

/// Gives nameless columns a name and refuses what is no header.
fn named(cells: Vec<String>) -> Result<Vec<String>, FileError> {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let like_data = cells.iter().filter(|cell| looks_like_data(cell)).count();
    if filled == 0 || like_data * 2 >= filled && like_data > 0 {
        return Err(if filled == 0 { FileError::Empty } else { FileError::NoHeader });
    }
    let name = |(place, cell): (usize, String)| if cell.is_empty() { format!("column_{}", place + 1) } else { cell };
    let names: Vec<String> = cells.into_iter().enumerate().map(name).collect();
    let mut seen = BTreeSet::new();
    let doubled: BTreeSet<&String> = names.iter().filter(|name| !seen.insert(name.as_str())).collect();
    if let Some(first) = doubled.first() {
        let suggestion = format!("{first}_2");
        return Err(FileError::DuplicateHeader { names: doubled.iter().map(|name| shown(name)).collect(), suggestion });
    }
    Ok(names)
}

fn looks_like_data(cell: &str) -> bool {
    let mut dates = DateEvidence::default();
    dates.observe(cell);
    let mail = cell.contains('@') && cell.contains('.');
    !cell.is_empty() && (dates.plain_dates() > 0 || mail || is_number(cell))
}
