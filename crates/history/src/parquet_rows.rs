//! Reading a user's Parquet file for import: every cell as text, batch after batch.
//!
//! Callers may rely on: a damaged file gives an error, with the number of the last row before it, and never a panic;
//! a value that is no text is the error of its cell; a column of a type that has no text is known by
//! [`ParquetRows::unreadable`], reads as empty, and keeps nobody from the others; memory is bounded, whatever a
//! small file unpacks to: a file that is no table is refused by its description, a batch has fewer rows where
//! they are large.

use crate::parquet_pages::{BATCH_BYTES_MAX, Meter, PageFile};
use crate::parquet_text::{CellError, TextColumn, decoded_schema, is_readable, rows_at_a_time};
use crate::table_file::{BATCH_ROWS, TableFileError};
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::datatypes::DataType;
use deltalake::arrow::error::ArrowError;
use deltalake::parquet::arrow::ProjectionMask;
use deltalake::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use deltalake::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

type Result<T> = std::result::Result<T, TableFileError>;

/// How much of a batch to aim for, by what the file says of its row groups.
const BATCH_BYTES_AIM: u64 = 16 << 20;
const BATCH_VALUES_AIM: u64 = 1 << 20;
/// How many times fewer rows are tried where a batch was too large.
const FEWER_ROWS: usize = 8;
/// Small files may be as repetitive as they like; the ratios count from here.
const BOMB_BYTES_MIN: u64 = 64 << 20;
const BOMB_VALUES_MIN: u64 = 16 << 20;
/// Bytes, and values, that a byte of the file may stand for. Tables have up to 30 (as in text files, which have
/// the same limit); columns that are empty, and sorted ones, count for little beside the others.
const BOMB_RATIO_MAX: u64 = 200;

/// A Parquet file that is read from its first row to its last.
pub struct ParquetRows {
    file: File,
    metadata: ArrowReaderMetadata,
    names: Vec<String>,
    /// Of each column what it holds, where that has no text.
    unreadable: Vec<Option<String>>,
    mask: ProjectionMask,
    /// Rows up to the end of each row group.
    group_ends: Vec<u64>,
    group: usize,
    /// Of the row group, once it was begun.
    reader: Option<GroupReader>,
    /// Decoded, and not yet handed out.
    pending: Option<RecordBatch>,
    rows_read: u64,
    failed: bool,
}

struct GroupReader {
    reader: ParquetRecordBatchReader,
    meter: Arc<Meter>,
    batch_rows: usize,
    rows_decoded: u64,
}

/// Some rows as text, column by column.
pub struct TextBatch {
    columns: Vec<TextColumn>,
    first_row: u64,
    rows: usize,
}

/// How far a file has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadProgress {
    pub rows: u64,
    pub rows_total: u64,
    /// Row groups that have been read completely.
    pub row_groups: usize,
    pub row_groups_total: usize,
}

impl ParquetRows {
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(TableFileError::Open)?;
        guarded(0, || {
            let described =
                ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(TableFileError::NotParquet)?;
            check_size(described.metadata(), file.metadata().map_err(TableFileError::Open)?.len())?;
            let options = ArrowReaderOptions::new().with_schema(Arc::new(decoded_schema(described.schema())));
            let metadata = ArrowReaderMetadata::try_new(described.metadata().clone(), options)
                .map_err(TableFileError::NotParquet)?;
            let fields = metadata.schema().fields();
            let names = fields.iter().map(|field| field.name().clone()).collect();
            let found = |kind: &DataType| (!is_readable(kind)).then(|| kind.to_string());
            let unreadable: Vec<Option<String>> = fields.iter().map(|field| found(field.data_type())).collect();
            let readable = (0..unreadable.len()).filter(|place| unreadable[*place].is_none());
            let mask = ProjectionMask::roots(metadata.parquet_schema(), readable);
            let mut rows = 0u64;
            let mut group_ends = Vec::new();
            for group in metadata.metadata().row_groups() {
                rows = rows.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
                group_ends.push(rows);
            }
            Ok(Self {
                file,
                metadata,
                names,
                unreadable,
                mask,
                group_ends,
                group: 0,
                reader: None,
                pending: None,
                rows_read: 0,
                failed: false,
            })
        })
    }

    /// The names of the columns, in file order.
    pub fn columns(&self) -> &[String] {
        &self.names
    }

    /// What a column holds, where that cannot be read as text.
    pub fn unreadable(&self, column: usize) -> Option<&str> {
        self.unreadable.get(column)?.as_deref()
    }

    /// The next rows, or `None` at the end of the file and after an error.
    pub fn next_batch(&mut self) -> Result<Option<TextBatch>> {
        if self.failed {
            return Ok(None);
        }
        let rows_before = self.rows_read;
        let result = guarded(rows_before, || {
            let Some(batch) = self.next_decoded()? else { return Ok(None) };
            let rows = rows_at_a_time(&batch);
            let batch = if rows < batch.num_rows() {
                self.pending = Some(batch.slice(rows, batch.num_rows() - rows));
                batch.slice(0, rows)
            } else {
                batch
            };
            Ok(Some(self.texts_of(&batch)))
        });
        match &result {
            Ok(Some(batch)) => self.rows_read += batch.rows as u64,
            Ok(None) => {}
            Err(_) => self.failed = true,
        }
        result
    }

    fn texts_of(&self, batch: &RecordBatch) -> TextBatch {
        let mut decoded = batch.columns().iter();
        let text = |unreadable: &Option<String>| match unreadable {
            Some(_) => TextColumn::Unreadable,
            None => decoded.next().map_or(TextColumn::Unreadable, TextColumn::of),
        };
        let columns = self.unreadable.iter().map(text).collect();
        TextBatch { columns, first_row: self.rows_read + 1, rows: batch.num_rows() }
    }

    fn next_decoded(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(batch) = self.pending.take() {
            return Ok(Some(batch));
        }
        while self.group < self.group_ends.len() {
            let mut open = match self.reader.take() {
                Some(open) => open,
                None => self.open_group(BATCH_ROWS, 0)?,
            };
            open.meter.begin_batch();
            match open.reader.next() {
                Some(Ok(batch)) if batch.num_rows() > 0 => {
                    open.rows_decoded += batch.num_rows() as u64;
                    self.reader = Some(open);
                    return Ok(Some(batch));
                }
                Some(Ok(_)) | None => self.end_group(&open)?,
                Some(Err(error)) => self.reader = Some(self.with_fewer_rows(&open, &error)?),
            }
        }
        Ok(None)
    }

    /// Begins the row group anew behind the rows that were decoded, with at most so many rows at a time.
    fn open_group(&self, batch_rows_max: usize, rows_decoded: u64) -> Result<GroupReader> {
        let group = self.metadata.metadata().row_group(self.group);
        let meter = Arc::new(Meter::of(group));
        let file = self.file.try_clone().map_err(TableFileError::Open)?;
        let batch_rows = batch_rows(group).min(batch_rows_max);
        let pages = PageFile { file, meter: Arc::clone(&meter) };
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(pages, self.metadata.clone());
        let reader = builder
            .with_row_groups(vec![self.group])
            .with_projection(self.mask.clone())
            .with_offset(usize::try_from(rows_decoded).unwrap_or(usize::MAX))
            .with_batch_size(batch_rows)
            .build()
            .map_err(TableFileError::NotParquet)?;
        Ok(GroupReader { reader, meter, batch_rows, rows_decoded })
    }

    fn end_group(&mut self, open: &GroupReader) -> Result<()> {
        let group = self.metadata.metadata().row_group(self.group);
        if i64::try_from(open.rows_decoded) != Ok(group.num_rows()) {
            let detail = format!("row group {} has other rows than it says", self.group + 1);
            return Err(TableFileError::Damaged { rows_before: self.rows_read, detail });
        }
        self.group += 1;
        Ok(())
    }

    fn with_fewer_rows(&self, open: &GroupReader, error: &ArrowError) -> Result<GroupReader> {
        let rows_before = self.rows_read;
        if !open.meter.is_over() {
            return Err(TableFileError::Damaged { rows_before, detail: error.to_string() });
        }
        if open.batch_rows == 1 {
            return Err(TableFileError::RowTooLarge { rows_before, bytes_max: BATCH_BYTES_MAX });
        }
        self.open_group((open.batch_rows / FEWER_ROWS).max(1), open.rows_decoded)
    }

    pub fn progress(&self) -> ReadProgress {
        ReadProgress {
            rows: self.rows_read,
            rows_total: self.group_ends.last().copied().unwrap_or(0),
            row_groups: self.group_ends.partition_point(|end| *end <= self.rows_read),
            row_groups_total: self.group_ends.len(),
        }
    }
}

impl TextBatch {
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of the first row in the file; the file's first row is 1.
    pub fn first_row(&self) -> u64 {
        self.first_row
    }

    /// `None` for null, in unreadable columns, and outside the table.
    pub fn cell(&self, row: usize, column: usize) -> std::result::Result<Option<&str>, CellError> {
        match self.columns.get(column) {
            Some(column) if row < self.rows => column.cell(row),
            _ => Ok(None),
        }
    }
}

/// The decoders trust some lengths in the file; where they panic, the caller still gets an error.
fn guarded<T>(rows_before: u64, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(TableFileError::Damaged { rows_before, detail: "the content contradicts itself".to_owned() })
    })
}

fn counted(numbers: impl Iterator<Item = i64>) -> u64 {
    numbers.fold(0, |sum, number| sum.saturating_add(u64::try_from(number).unwrap_or(0)))
}

/// Refuses, by the file's own description, what can be no table.
fn check_size(metadata: &ParquetMetaData, file_bytes: u64) -> Result<()> {
    for group in metadata.row_groups() {
        let bytes = counted(group.columns().iter().map(|chunk| chunk.uncompressed_size()));
        let packed_bytes = counted(group.columns().iter().map(|chunk| chunk.compressed_size())).min(file_bytes);
        if bytes > BOMB_BYTES_MIN && bytes / BOMB_RATIO_MAX > packed_bytes {
            return Err(TableFileError::Bomb { packed_bytes, unpacked: bytes, unit: "bytes" });
        }
    }
    let chunks = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let values = counted(chunks.map(|chunk| chunk.num_values()));
    let rows = counted(metadata.row_groups().iter().map(RowGroupMetaData::num_rows));
    let values = values.max(rows);
    if values > BOMB_VALUES_MIN && values / BOMB_RATIO_MAX > file_bytes {
        return Err(TableFileError::Bomb { packed_bytes: file_bytes, unpacked: values, unit: "values" });
    }
    Ok(())
}

/// Fewer rows at a time where they are large or have many values, as far as the description tells.
fn batch_rows(group: &RowGroupMetaData) -> usize {
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let bytes = counted(group.columns().iter().map(|chunk| chunk.uncompressed_size()));
    let values = counted(group.columns().iter().map(|chunk| chunk.num_values()));
    let by_bytes = BATCH_BYTES_AIM / (bytes / rows).max(1);
    let by_values = BATCH_VALUES_AIM / (values / rows).max(1);
    usize::try_from(by_bytes.min(by_values)).unwrap_or(usize::MAX).clamp(1, BATCH_ROWS)
}
