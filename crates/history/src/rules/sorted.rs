//! The sorted files of a bucket as one: customer after customer, ascending, each file's rows of them batch by batch.
//!
//! Invariant: one batch of each file is in memory at a time.

use super::quick::number;
use crate::error::{HistoryError, Result, file_error, io_error};
use crate::files::DataFile;
use crate::rows::arrow_error;
use deltalake::arrow::array::RecordBatch;
use deltalake::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use deltalake::parquet::arrow::ProjectionMask;
pub(super) use deltalake::parquet::arrow::arrow_reader::RowSelection;
use deltalake::parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowFilter,
};
use deltalake::parquet::file::metadata::PageIndexPolicy;
use std::fs::File;
use std::ops::Range;

const BATCH_ROWS: usize = 16_384;

/// The columns of a batch.
pub(super) trait Part: Sized {
    fn customers(&self) -> &[i64];
}

/// Sees rows of one customer, once or several times, and then the end of them.
pub(super) trait Visit {
    type Part: Part;
    fn part(&mut self, batch: &RecordBatch, place: Place) -> Result<Self::Part>;
    fn rows(&mut self, customer: u32, part: &Self::Part, rows: Range<usize>) -> Result<()>;
    fn ended(&mut self, customer: u32) -> Result<()>;
}

/// Where a batch begins.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Which of the readers.
    pub reader: usize,
    /// Rows of it that come before.
    pub row: usize,
}

/// Of texts of which there are few: numbers into a dictionary.
pub(super) fn numbered() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// Whether a row is wanted, by columns that are read first.
pub(super) type Wanted = Box<dyn FnMut(&RecordBatch) -> Result<deltalake::arrow::array::BooleanArray> + Send>;

/// Which rows of a file are read.
pub(super) enum Rows {
    All,
    In(RowSelection),
    /// As these columns say.
    Where(&'static [&'static str], Wanted),
}

/// Which columns of a file are read, and how.
pub(super) struct Reading<'r> {
    pub columns: &'r [&'static str],
    /// Those that are read as numbers into a dictionary.
    pub numbered: &'r [&'static str],
}

/// Opens a file. Columns that it does not have, as an earlier version wrote it, are left out.
pub(super) fn open(file: &DataFile, reading: &Reading<'_>, rows: Rows) -> Result<ParquetRecordBatchReader> {
    let path = &file.path;
    let opened = File::open(path).map_err(io_error("open", path))?;
    // Where pages are is read at once, not by asking for the head of each.
    let options =
        ArrowReaderOptions::new().with_skip_arrow_metadata(true).with_offset_index_policy(PageIndexPolicy::Optional);
    let plain = ArrowReaderMetadata::load(&opened, options).map_err(file_error("read", path))?;
    let as_wanted = |field: &Field| match reading.numbered.contains(&field.name().as_str()) {
        true => Field::new(field.name(), numbered(), field.is_nullable()),
        false => field.clone(),
    };
    let fields: Vec<Field> = plain.schema().fields().iter().map(|field| as_wanted(field)).collect();
    let options = ArrowReaderOptions::new().with_schema(SchemaRef::new(Schema::new(fields)));
    let metadata = ArrowReaderMetadata::try_new(plain.metadata().clone(), options).map_err(file_error("read", path))?;
    let mask = ProjectionMask::columns(metadata.parquet_schema(), reading.columns.iter().copied());
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone())
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS);
    match rows {
        Rows::All => {}
        Rows::In(selection) => builder = builder.with_row_selection(selection),
        Rows::Where(columns, mut wanted) => {
            let mask = ProjectionMask::columns(metadata.parquet_schema(), columns.iter().copied());
            let judge = move |batch: RecordBatch| {
                wanted(&batch).map_err(|error| deltalake::arrow::error::ArrowError::ExternalError(Box::new(error)))
            };
            builder = builder.with_row_filter(RowFilter::new(vec![Box::new(ArrowPredicateFn::new(mask, judge))]));
        }
    }
    builder.build().map_err(file_error("read", path))
}

/// The rows of those customers who are wanted; `None` where so many are that all are read as fast.
pub(super) fn rows_of(file: &DataFile, is_wanted: impl Fn(u32) -> bool) -> Result<Option<RowSelection>> {
    let reader = open(file, &Reading { columns: &["customer"], numbered: &[] }, Rows::All)?;
    let (mut ranges, mut selected, mut row): (Vec<Range<usize>>, usize, usize) = (Vec::new(), 0, 0);
    for batch in reader {
        let batch = batch.map_err(arrow_error)?;
        let customers = number(&batch, "customer")?.ok_or_else(|| HistoryError::damaged("no column customer"))?;
        for run in customers.values().chunk_by(|one, next| one == next) {
            if u32::try_from(run[0]).is_ok_and(&is_wanted) {
                ranges.push(row..row + run.len());
                selected += run.len();
            }
            row += run.len();
        }
    }
    let is_few = selected < row / 2;
    Ok(is_few.then(|| RowSelection::from_consecutive_ranges(ranges.into_iter(), row)))
}

/// Of rows that were read, ascending places among these.
pub(super) fn among(file: &DataFile, read: Option<RowSelection>, places: Vec<usize>) -> Result<RowSelection> {
    let all = usize::try_from(file.rows).map_err(|_| HistoryError::damaged("a data file of too many rows"))?;
    let count = read.as_ref().map_or(all, RowSelection::row_count);
    let chosen = RowSelection::from_consecutive_ranges(places.into_iter().map(|place| place..place + 1), count);
    Ok(read.map_or_else(|| chosen.clone(), |read| read.and_then(&chosen)))
}

/// Visits all customers of whom the readers have rows.
pub(super) fn visit<V: Visit>(readers: Vec<ParquetRecordBatchReader>, visitor: &mut V) -> Result<()> {
    let mut cursors: Vec<Cursor<V::Part>> = Vec::with_capacity(readers.len());
    for (number, reader) in readers.into_iter().enumerate() {
        cursors.extend(Cursor::open(number, reader, visitor)?);
    }
    while let Some(customer) = cursors.iter().map(|cursor| cursor.customer).min() {
        let number = u32::try_from(customer)
            .map_err(|_| HistoryError::damaged(format!("customer number {customer} in a data file")))?;
        let mut has_ended = false;
        for cursor in cursors.iter_mut().filter(|cursor| cursor.customer == customer) {
            cursor.pass(number, visitor)?;
            has_ended |= cursor.has_ended;
        }
        visitor.ended(number)?;
        if has_ended {
            cursors.retain(|cursor| !cursor.has_ended);
        }
    }
    Ok(())
}

/// A place in one file; it stands on the first row of a customer.
struct Cursor<P> {
    reader: ParquetRecordBatchReader,
    /// Behind the part.
    place: Place,
    part: P,
    row: usize,
    customer: i64,
    has_ended: bool,
}

impl<P: Part> Cursor<P> {
    /// `None` for a file without rows.
    fn open(
        number: usize,
        mut reader: ParquetRecordBatchReader,
        visitor: &mut impl Visit<Part = P>,
    ) -> Result<Option<Self>> {
        let mut place = Place { reader: number, row: 0 };
        let Some(part) = next_part(&mut reader, &mut place, visitor)? else { return Ok(None) };
        let customer = part.customers()[0];
        Ok(Some(Self { reader, place, part, row: 0, customer, has_ended: false }))
    }

    /// Shows the rows of the customer it stands on, and moves to the next one.
    fn pass(&mut self, number: u32, visitor: &mut impl Visit<Part = P>) -> Result<()> {
        loop {
            let customers = &self.part.customers()[self.row..];
            let length = customers.iter().position(|customer| *customer != self.customer).unwrap_or(customers.len());
            if length > 0 {
                visitor.rows(number, &self.part, self.row..self.row + length)?;
            }
            if length < customers.len() {
                self.row += length;
                let next = customers[length];
                if next < self.customer {
                    return Err(HistoryError::damaged("a data file that is not sorted by customer"));
                }
                self.customer = next;
                return Ok(());
            }
            let Some(part) = next_part(&mut self.reader, &mut self.place, visitor)? else {
                self.has_ended = true;
                return Ok(());
            };
            self.part = part;
            self.row = 0;
        }
    }
}

fn next_part<V: Visit>(
    reader: &mut ParquetRecordBatchReader,
    place: &mut Place,
    visitor: &mut V,
) -> Result<Option<V::Part>> {
    for batch in reader {
        let batch = batch.map_err(arrow_error)?;
        if batch.num_rows() > 0 {
            let part = visitor.part(&batch, *place)?;
            place.row += batch.num_rows();
            return Ok(Some(part));
        }
    }
    Ok(None)
}
