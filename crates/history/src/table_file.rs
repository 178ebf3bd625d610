//! Parquet files for users: writing a table (`perennial export`), row by row, and what can go wrong with
//! files in either direction.
//!
//! Invariants: rows are written in batches of [`BATCH_ROWS`] and never all held; decimals stay exact.

use deltalake::arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use deltalake::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake::arrow::error::ArrowError;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::errors::ParquetError;
use deltalake::parquet::file::properties::WriterProperties;
use perennial_domain::time::{Day, Instant};
use std::io::Write;
use std::sync::Arc;

/// Rows that are read or written together.
pub(crate) const BATCH_ROWS: usize = 8_192;
const ROW_GROUP_ROWS_MAX: usize = 131_072;
/// All digits that an `i64` can have.
const DECIMAL_DIGITS: u8 = 19;

#[derive(Debug, thiserror::Error)]
pub enum TableFileError {
    #[error("cannot open the file: {0}")]
    Open(std::io::Error),
    #[error("this is not a readable parquet file: {0}")]
    NotParquet(ParquetError),
    #[error("the parquet file is damaged after row {rows_before}: {detail}")]
    Damaged { rows_before: u64, detail: String },
    #[error("{packed_bytes} bytes of the parquet file become {unpacked} {unit}: that is no table")]
    Bomb { packed_bytes: u64, unpacked: u64, unit: &'static str },
    #[error(
        "the pages around row {} of the parquet file need more than {bytes_max} bytes: write it with smaller pages, \
         or with the columns that are needed only", rows_before + 1
    )]
    RowTooLarge { rows_before: u64, bytes_max: u64 },
    #[error("cannot write the parquet file: {0}")]
    Write(ParquetError),
    #[error("row {row} has {found} cells, the table has {expected} columns")]
    WrongWidth { row: u64, found: usize, expected: usize },
    #[error("row {row}: the cell of column \"{column}\" does not have the column's kind")]
    WrongKind { row: u64, column: String },
    #[error("cannot build the table: {0}")]
    Table(ArrowError),
}

type Result<T> = std::result::Result<T, TableFileError>;

/// A column of a table that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Integer,
    /// An integer of the smallest unit, with this many decimal places.
    Decimal {
        scale: u8,
    },
    Float,
    Date,
    /// Microseconds in UTC.
    Timestamp,
    Boolean,
}

/// One value of a row; `Null` fits every column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    Decimal(i64),
    Float(f64),
    Date(Day),
    Timestamp(Instant),
    Boolean(bool),
}

/// Writes a table whose rows come one after the other.
pub struct ParquetTableWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: SchemaRef,
    columns: Vec<Column>,
    builders: Vec<Builder>,
    rows: u64,
    pending: usize,
}

impl<W: Write + Send> ParquetTableWriter<W> {
    pub fn new(out: W, columns: &[Column]) -> Result<Self> {
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(&column.name, arrow_type(column.kind), true)).collect();
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
            .set_created_by("perennial".to_owned())
            .build();
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(TableFileError::Write)?;
        let builders = columns.iter().map(|column| Builder::new(column.kind)).collect();
        Ok(Self { writer, schema, columns: columns.to_vec(), builders, rows: 0, pending: 0 })
    }

    pub fn write_row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let row = self.rows + 1;
        let expected = self.columns.len();
        if cells.len() != expected {
            return Err(TableFileError::WrongWidth { row, found: cells.len(), expected });
        }
        // All or nothing: a refused row must not leave half of itself in the builders.
        for (column, cell) in self.columns.iter().zip(cells) {
            if !fits(column.kind, cell) {
                return Err(TableFileError::WrongKind { row, column: column.name.clone() });
            }
        }
        for (builder, cell) in self.builders.iter_mut().zip(cells) {
            builder.push(cell);
        }
        self.rows = row;
        self.pending += 1;
        if self.pending == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.pending == 0 {
            return Ok(());
        }
        let mut arrays = Vec::with_capacity(self.builders.len());
        for (builder, column) in self.builders.iter_mut().zip(&self.columns) {
            arrays.push(builder.finish(column.kind)?);
        }
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(TableFileError::Table)?;
        self.pending = 0;
        self.writer.write(&batch).map_err(TableFileError::Write)
    }

    /// Ends the file and hands back what was written to, with the number of rows.
    pub fn finish(mut self) -> Result<(W, u64)> {
        self.flush()?;
        let rows = self.rows;
        let out = self.writer.into_inner().map_err(TableFileError::Write)?;
        Ok((out, rows))
    }
}

fn arrow_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Decimal { scale } => DataType::Decimal128(DECIMAL_DIGITS, scale.min(DECIMAL_DIGITS) as i8),
        ColumnKind::Float => DataType::Float64,
        ColumnKind::Date => DataType::Date32,
        ColumnKind::Timestamp => crate::schema::instant_type(),
        ColumnKind::Boolean => DataType::Boolean,
    }
}

fn fits(kind: ColumnKind, cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Null => true,
        Cell::Text(_) => kind == ColumnKind::Text,
        Cell::Integer(_) => kind == ColumnKind::Integer,
        Cell::Decimal(_) => matches!(kind, ColumnKind::Decimal { .. }),
        Cell::Float(_) => kind == ColumnKind::Float,
        Cell::Date(_) => kind == ColumnKind::Date,
        Cell::Timestamp(_) => kind == ColumnKind::Timestamp,
        Cell::Boolean(_) => kind == ColumnKind::Boolean,
    }
}

enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Boolean(BooleanBuilder),
}

impl Builder {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::Text(StringBuilder::new()),
            ColumnKind::Integer => Self::Integer(Int64Builder::new()),
            ColumnKind::Decimal { .. } => Self::Decimal(Decimal128Builder::new()),
            ColumnKind::Float => Self::Float(Float64Builder::new()),
            ColumnKind::Date => Self::Date(Date32Builder::new()),
            ColumnKind::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::new()),
            ColumnKind::Boolean => Self::Boolean(BooleanBuilder::new()),
        }
    }

    /// The kinds have been compared; what does not fit is null.
    fn push(&mut self, cell: &Cell<'_>) {
        match self {
            Self::Text(builder) => builder.append_option(if let Cell::Text(text) = cell { Some(text) } else { None }),
            Self::Integer(builder) => {
                builder.append_option(if let Cell::Integer(value) = cell { Some(*value) } else { None });
            }
            Self::Decimal(builder) => {
                builder.append_option(if let Cell::Decimal(value) = cell { Some(i128::from(*value)) } else { None });
            }
            Self::Float(builder) => {
                builder.append_option(if let Cell::Float(value) = cell { Some(*value) } else { None });
            }
            Self::Date(builder) => {
                builder.append_option(if let Cell::Date(day) = cell { Some(day.0) } else { None });
            }
            Self::Timestamp(builder) => {
                builder.append_option(if let Cell::Timestamp(at) = cell { Some(at.0) } else { None });
            }
            Self::Boolean(builder) => {
                builder.append_option(if let Cell::Boolean(value) = cell { Some(*value) } else { None });
            }
        }
    }

    fn finish(&mut self, kind: ColumnKind) -> Result<ArrayRef> {
        let array: ArrayRef = match self {
            Self::Text(builder) => ArrayBuilder::finish(builder),
            Self::Integer(builder) => ArrayBuilder::finish(builder),
            Self::Float(builder) => ArrayBuilder::finish(builder),
            Self::Date(builder) => ArrayBuilder::finish(builder),
            Self::Boolean(builder) => ArrayBuilder::finish(builder),
            Self::Timestamp(builder) => Arc::new(builder.finish().with_timezone("UTC")),
            Self::Decimal(builder) => Arc::new(builder.finish().with_data_type(arrow_type(kind))),
        };
        Ok(array)
    }
}
