//! Reading a user's Parquet file for import: every cell as text, batch after batch.
//!
//! Callers may rely on: decimals and integers are exact; floats have no exponent; instants with a zone are
//! ISO 8601 with an offset, local ones without; nested values are JSON; a damaged file gives an error, with
//! the number of the last row before it, and never a panic.

use crate::table_file::{BATCH_ROWS, TableFileError};
use deltalake::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder};
use deltalake::arrow::compute::{CastOptions, cast_with_options};
use deltalake::arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Schema};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::json::LineDelimitedWriter;
use deltalake::arrow::util::display::FormatOptions;
use deltalake::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fmt::Write;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

type Result<T> = std::result::Result<T, TableFileError>;

/// A Parquet file that is read from its first row to its last.
pub struct ParquetRows {
    reader: ParquetRecordBatchReader,
    names: Vec<String>,
    /// Rows up to the end of each row group.
    group_ends: Vec<u64>,
    rows_read: u64,
    failed: bool,
}

/// Some rows as text, column by column.
pub struct TextBatch {
    columns: Vec<StringArray>,
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
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(TableFileError::NotParquet)?;
            let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
            for field in builder.schema().fields() {
                check_type(field)?;
            }
            let mut rows = 0u64;
            let mut group_ends = Vec::new();
            for group in builder.metadata().row_groups() {
                rows = rows.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
                group_ends.push(rows);
            }
            let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(TableFileError::NotParquet)?;
            Ok(Self { reader, names, group_ends, rows_read: 0, failed: false })
        })
    }

    /// The names of the columns, in file order.
    pub fn columns(&self) -> &[String] {
        &self.names
    }

    /// The next rows, or `None` at the end of the file and after an error.
    pub fn next_batch(&mut self) -> Result<Option<TextBatch>> {
        if self.failed {
            return Ok(None);
        }
        let rows_before = self.rows_read;
        let reader = &mut self.reader;
        let result = guarded(rows_before, || {
            let damaged = |error: ArrowError| TableFileError::Damaged { rows_before, detail: error.to_string() };
            let Some(batch) = reader.next() else { return Ok(None) };
            text_batch(&batch.map_err(damaged)?, rows_before).map(Some)
        });
        match &result {
            Ok(Some(batch)) => self.rows_read += batch.rows as u64,
            Ok(None) => {}
            Err(_) => self.failed = true,
        }
        result
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

    /// `None` for null, and outside the table.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let column = self.columns.get(column)?;
        (row < column.len() && column.is_valid(row)).then(|| column.value(row))
    }
}

/// The decoders trust some lengths in the file; where they panic, the caller still gets an error.
fn guarded<T>(rows_before: u64, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(TableFileError::Damaged { rows_before, detail: "the content contradicts itself".to_owned() })
    })
}

fn check_type(field: &Field) -> Result<()> {
    let readable = match field.data_type() {
        DataType::Interval(_) | DataType::Duration(_) | DataType::Union(..) | DataType::FixedSizeBinary(_) => false,
        DataType::Map(..) => true,
        other => other.is_nested() || deltalake::arrow::compute::can_cast_types(other, &DataType::Utf8),
    };
    if readable {
        return Ok(());
    }
    let found = field.data_type().to_string();
    Err(TableFileError::UnsupportedColumn { column: field.name().clone(), found })
}

fn text_batch(batch: &RecordBatch, rows_before: u64) -> Result<TextBatch> {
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let text = as_text(array).map_err(|error| {
            let detail = format!("column \"{}\": {error}", field.name());
            TableFileError::Damaged { rows_before, detail }
        })?;
        columns.push(text);
    }
    Ok(TextBatch { columns, first_row: rows_before + 1, rows: batch.num_rows() })
}

fn as_text(array: &ArrayRef) -> std::result::Result<StringArray, ArrowError> {
    match array.data_type() {
        DataType::Float32 => Ok(floats_as_text(array.as_primitive::<Float32Type>().iter())),
        DataType::Float64 => Ok(floats_as_text(array.as_primitive::<Float64Type>().iter())),
        DataType::Float16 => as_text(&cast_with_options(array, &DataType::Float32, &STRICT)?),
        DataType::Dictionary(_, value) => as_text(&cast_with_options(array, value, &STRICT)?),
        nested if nested.is_nested() => json_as_text(array),
        _ => Ok(cast_with_options(array, &DataType::Utf8, &STRICT)?.as_string::<i32>().clone()),
    }
}

/// A cell that cannot be cast is an error, not a silent null.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// Rust writes the shortest digits that read back equal, without an exponent; not a number is no value.
fn floats_as_text<T: Into<f64> + std::fmt::Display + Copy>(values: impl Iterator<Item = Option<T>>) -> StringArray {
    let mut builder = StringBuilder::new();
    let mut text = String::new();
    for value in values {
        text.clear();
        match value {
            Some(value) if !Into::<f64>::into(value).is_nan() && write!(text, "{value}").is_ok() => {
                builder.append_value(&text);
            }
            _ => builder.append_null(),
        }
    }
    builder.finish()
}

/// One JSON text per row, by Arrow's own writer.
fn json_as_text(array: &ArrayRef) -> std::result::Result<StringArray, ArrowError> {
    let schema = Arc::new(Schema::new(vec![Field::new("v", array.data_type().clone(), true)]));
    let batch = RecordBatch::try_new(schema, vec![array.clone()])?;
    let mut lines = Vec::new();
    let mut writer = LineDelimitedWriter::new(&mut lines);
    writer.write(&batch)?;
    writer.finish()?;
    let lines = String::from_utf8_lossy(&lines);
    // Each line is `{"v":…}`, or `{}` for null.
    let values = lines.lines().map(|line| line.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}')));
    Ok(values.collect())
}
