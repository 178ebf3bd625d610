//! The columns of a user's Parquet file as text.
//!
//! Callers may rely on: decimals and integers are exact; floats have no exponent; instants with a zone are
//! ISO 8601 with an offset, local ones without; nested values are JSON. What cannot be told as text is the error
//! of its cell and of nothing else. Texts are not copied: a value that a dictionary holds once takes memory once,
//! however many rows have it.

use deltalake::arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, RecordBatch, StringArray, StringBuilder, StringViewArray,
};
use deltalake::arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use deltalake::arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type, Schema};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::json::LineDelimitedWriter;
use deltalake::arrow::util::display::FormatOptions;
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

/// A longer value is none of a table: a whole record of a text file may be as long.
pub const CELL_BYTES_MAX: usize = 1024 * 1024;
/// Text that is made of nested values at a time.
const NESTED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// What a number, a date or a name takes in JSON, more or less.
const SCALAR_BYTES: usize = 16;

/// Why a cell has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    #[error("the value is no text in UTF-8")]
    NotUtf8,
    #[error("the value is longer than {CELL_BYTES_MAX} bytes")]
    TooLong,
    #[error("the value cannot be written as text")]
    NoText,
}

/// Whether cells of this type have a text at all.
pub(crate) fn is_readable(kind: &DataType) -> bool {
    match kind {
        DataType::Interval(_) | DataType::Duration(_) | DataType::Union(..) | DataType::FixedSizeBinary(_) => false,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            is_readable(item.data_type())
        }
        DataType::Map(entries, _) => is_readable(entries.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_readable(field.data_type())),
        other => !other.is_nested() && can_cast_types(other, &DataType::Utf8),
    }
}

/// The schema to decode by: texts as places in the pages that hold them, and nothing as a dictionary.
pub(crate) fn decoded_schema(schema: &Schema) -> Schema {
    Schema::new_with_metadata(schema.fields().iter().map(decoded_field).collect::<Vec<_>>(), schema.metadata().clone())
}

fn decoded_field(field: &FieldRef) -> FieldRef {
    Arc::new(field.as_ref().clone().with_data_type(decoded_type(field.data_type())))
}

fn decoded_type(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, value) => decoded_type(value),
        DataType::List(item) => DataType::List(decoded_field(item)),
        DataType::LargeList(item) => DataType::LargeList(decoded_field(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(decoded_field(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(decoded_field(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(decoded_field).collect()),
        other => other.clone(),
    }
}

/// One column of a batch.
pub(crate) enum TextColumn {
    Texts(StringViewArray),
    Bytes(BinaryViewArray),
    /// Converted; `without_text` are the rows, ascending, that could not be.
    Written {
        texts: StringArray,
        without_text: Vec<(usize, CellError)>,
    },
    /// Left in the file.
    Unreadable,
}

impl TextColumn {
    pub fn of(array: &ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8View => Self::Texts(array.as_string_view().clone()),
            DataType::BinaryView => Self::Bytes(array.as_binary_view().clone()),
            nested if nested.is_nested() => json_texts(array),
            _ => match scalar_texts(array) {
                Ok(texts) => Self::Written { texts, without_text: Vec::new() },
                Err(_) => one_by_one(array, scalar_texts),
            },
        }
    }

    pub fn cell(&self, row: usize) -> Result<Option<&str>, CellError> {
        let bytes = match self {
            Self::Unreadable => return Ok(None),
            Self::Written { texts, without_text } => {
                if let Ok(place) = without_text.binary_search_by_key(&row, |(row, _)| *row) {
                    return Err(without_text[place].1);
                }
                return Ok(texts.is_valid(row).then(|| texts.value(row)));
            }
            Self::Texts(texts) if texts.is_valid(row) => texts.value(row).as_bytes(),
            Self::Bytes(bytes) if bytes.is_valid(row) => bytes.value(row),
            Self::Texts(_) | Self::Bytes(_) => return Ok(None),
        };
        if bytes.len() > CELL_BYTES_MAX {
            return Err(CellError::TooLong);
        }
        std::str::from_utf8(bytes).map(Some).map_err(|_| CellError::NotUtf8)
    }
}

/// How many rows of a batch can be written as text together.
pub(crate) fn rows_at_a_time(batch: &RecordBatch) -> usize {
    let nested: Vec<&ArrayRef> = batch.columns().iter().filter(|array| array.data_type().is_nested()).collect();
    let mut bytes = 0;
    if nested.is_empty() {
        return batch.num_rows();
    }
    for row in 0..batch.num_rows() {
        bytes += nested.iter().map(|array| json_bytes(array, row, CELL_BYTES_MAX)).sum::<usize>();
        if bytes > NESTED_BYTES_MAX {
            return row.max(1);
        }
    }
    batch.num_rows()
}

type Texts = Result<StringArray, ArrowError>;

fn scalar_texts(array: &ArrayRef) -> Texts {
    match array.data_type() {
        DataType::Float32 => Ok(float_texts(array.as_primitive::<Float32Type>().iter())),
        DataType::Float64 => Ok(float_texts(array.as_primitive::<Float64Type>().iter())),
        DataType::Float16 => scalar_texts(&cast_with_options(array, &DataType::Float32, &STRICT)?),
        _ => Ok(cast_with_options(array, &DataType::Utf8, &STRICT)?.as_string::<i32>().clone()),
    }
}

/// A cell that cannot be cast is an error, not a silent null.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// Where not all rows can be written, those that can.
fn one_by_one(array: &ArrayRef, write: impl Fn(&ArrayRef) -> Texts) -> TextColumn {
    let mut texts = StringBuilder::new();
    let mut without_text = Vec::new();
    for row in 0..array.len() {
        match write(&array.slice(row, 1)) {
            Ok(text) => texts.append_option(text.iter().next().flatten()),
            Err(_) => {
                texts.append_null();
                without_text.push((row, CellError::NoText));
            }
        }
    }
    TextColumn::Written { texts: texts.finish(), without_text }
}

/// Rust writes the shortest digits that read back equal, without an exponent; not a number is no value.
fn float_texts<T: Into<f64> + std::fmt::Display + Copy>(values: impl Iterator<Item = Option<T>>) -> StringArray {
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

/// One JSON text per row. Rows whose text would be too long are not written.
fn json_texts(array: &ArrayRef) -> TextColumn {
    let fits = |row: &usize| json_bytes(array, *row, CELL_BYTES_MAX) <= CELL_BYTES_MAX;
    let too_long: Vec<usize> = (0..array.len()).filter(|row| !fits(row)).collect();
    let mut texts = StringBuilder::new();
    let mut from = 0;
    for end in too_long.iter().copied().chain([array.len()]) {
        match json_lines(&array.slice(from, end - from)) {
            Ok(lines) => lines.iter().for_each(|line| texts.append_option(line)),
            Err(_) => return one_by_one(array, json_lines),
        }
        if end < array.len() {
            texts.append_null();
        }
        from = end + 1;
    }
    let without_text = too_long.into_iter().map(|row| (row, CellError::TooLong)).collect();
    TextColumn::Written { texts: texts.finish(), without_text }
}

/// By Arrow's own writer.
fn json_lines(array: &ArrayRef) -> Texts {
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

/// About how long the JSON of a value will be; counting ends once it is more than `room`.
fn json_bytes(array: &dyn Array, row: usize, room: usize) -> usize {
    if array.is_null(row) {
        return SCALAR_BYTES;
    }
    let items = |values: &ArrayRef, rows: Range<usize>| {
        let mut bytes = SCALAR_BYTES;
        for row in rows {
            if bytes > room {
                break;
            }
            bytes += json_bytes(values, row, room - bytes);
        }
        bytes
    };
    match array.data_type() {
        DataType::Utf8View => SCALAR_BYTES + array.as_string_view().value(row).len(),
        DataType::BinaryView => SCALAR_BYTES + 2 * array.as_binary_view().value(row).len(),
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let ends = list.value_offsets();
            items(list.values(), ends[row] as usize..ends[row + 1] as usize)
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let ends = list.value_offsets();
            items(list.values(), ends[row] as usize..ends[row + 1] as usize)
        }
        DataType::FixedSizeList(_, length) => {
            let list = array.as_fixed_size_list();
            let start = list.value_offset(row) as usize;
            items(list.values(), start..start + *length as usize)
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let ends = map.value_offsets();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            items(&entries, ends[row] as usize..ends[row + 1] as usize)
        }
        DataType::Struct(fields) => {
            let mut bytes = SCALAR_BYTES;
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                if bytes > room {
                    break;
                }
                bytes += field.name().len() + json_bytes(column, row, room - bytes);
            }
            bytes
        }
        _ => SCALAR_BYTES,
    }
}
