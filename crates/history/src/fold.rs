//! The whole-life pass: every customer's facts in time order, bucket after bucket.
//!
//! Callers may rely on: the result does not depend on the number of threads, on how the facts were split
//! into files, or on compaction. Occurrences at the same instant come in the order of their kind, first
//! ones before additions, then by amount; occurrences equal in all of that cannot be told apart. (The order
//! by fact key that the files have is not used: reading sixteen random bytes per fact would double the
//! cost of the pass.)
//!
//! The Parquet files are read directly, five columns of each: the pass needs no plan, and the kind stays a
//! dictionary number. Memory is bounded by the number of files of a bucket times one batch, and by the
//! longest single life.

use crate::disk::blocking;
use crate::error::{HistoryError, Result, file_error, io_error};
use crate::files::{DataFile, SharedFiles};
use crate::rows::arrow_error;
use crate::schema::{CUSTOMER_BUCKETS, column, fact_schema, instant_type};
use crate::table::History;
use deltalake::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, PrimitiveArray, RecordBatch};
use deltalake::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, TimestampMicrosecondType, UInt8Type};
use deltalake::parquet::arrow::ProjectionMask;
use deltalake::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// Rows decoded at a time: large enough to spread the cost per batch, small enough for the cache.
const BATCH_ROWS: usize = 16_384;

/// What the fold sees of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    pub at: Instant,
    pub kind: FactKind,
    /// False where this adds lines to an order that was known already.
    pub first: bool,
    pub amount_minor: Option<i64>,
}

impl Occurrence {
    fn order(&self) -> (Instant, FactKind, bool, Option<i64>) {
        (self.at, self.kind, !self.first, self.amount_minor)
    }
}

/// One version of the history that stays as it is while facts are added and files compacted.
#[derive(Clone, Debug)]
pub struct HistorySnapshot {
    pub(crate) files: SharedFiles,
    sequence: i64,
}

impl History {
    /// The newest version, to be read several times with the same answer.
    pub async fn snapshot(&self) -> Result<HistorySnapshot> {
        let (files, sequence) = self.files_and_sequence().await?;
        Ok(HistorySnapshot { files, sequence: sequence.unwrap_or(0) })
    }

    /// [`HistorySnapshot::fold_buckets`] over the newest version.
    pub async fn fold_buckets<A: Send>(
        &self,
        threads: usize,
        until: Option<Instant>,
        make: impl Fn() -> A + Sync,
        visit: impl Fn(&mut A, CustomerNumber, &[Occurrence]) + Sync,
    ) -> Result<Vec<A>> {
        let snapshot = self.snapshot().await?;
        blocking(|| snapshot.fold_buckets(threads, until, make, visit))
    }
}

impl HistorySnapshot {
    /// The sequence of the newest journal block that it has; 0 before the first.
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// The table version this is.
    pub fn version(&self) -> u64 {
        self.files.version
    }

    /// Calls `visit` once for each customer with all occurrences before `until`, in time order, and
    /// returns one accumulator for each of the [`CUSTOMER_BUCKETS`] buckets, in bucket order. Customers of
    /// one bucket come in ascending order. Blocks the calling thread; facts of guests are left out.
    pub fn fold_buckets<A: Send>(
        &self,
        threads: usize,
        until: Option<Instant>,
        make: impl Fn() -> A + Sync,
        visit: impl Fn(&mut A, CustomerNumber, &[Occurrence]) + Sync,
    ) -> Result<Vec<A>> {
        let next = AtomicU32::new(0);
        let done: Mutex<Vec<(u32, A)>> = Mutex::new(Vec::new());
        let work = || -> Result<()> {
            loop {
                let bucket = next.fetch_add(1, Ordering::Relaxed);
                if bucket >= CUSTOMER_BUCKETS {
                    return Ok(());
                }
                let mut result = make();
                fold_bucket(&self.files.buckets[bucket as usize], until, |customer, life| {
                    visit(&mut result, customer, life);
                })?;
                let mut done = done.lock().map_err(|_| lost_thread())?;
                done.push((bucket, result));
            }
        };
        std::thread::scope(|scope| -> Result<()> {
            let others: Vec<_> = (1..threads.clamp(1, CUSTOMER_BUCKETS as usize)).map(|_| scope.spawn(work)).collect();
            let mut outcome = work();
            for other in others {
                outcome = outcome.and(other.join().unwrap_or_else(|_| Err(lost_thread())));
            }
            outcome
        })?;
        let mut results = done.into_inner().map_err(|_| lost_thread())?;
        results.sort_by_key(|(bucket, _)| *bucket);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

fn lost_thread() -> HistoryError {
    HistoryError::Task { detail: "a thread of the fold panicked".to_owned() }
}

/// Brings a life into the order in which the pass shows it: for whoever puts lives together.
pub fn sort_life(life: &mut [Occurrence]) {
    // Mostly sorted already: times ascend within a file.
    if !life.is_sorted_by_key(Occurrence::order) {
        life.sort_unstable_by_key(Occurrence::order);
    }
}

/// Merges the files of one bucket customer by customer.
fn fold_bucket(
    files: &[DataFile],
    until: Option<Instant>,
    mut visit: impl FnMut(CustomerNumber, &[Occurrence]),
) -> Result<()> {
    let mut cursors = Vec::with_capacity(files.len());
    for file in files {
        if let Some(cursor) = Cursor::open(file)? {
            cursors.push(cursor);
        }
    }
    let until = until.map_or(i64::MAX, |instant| instant.0);
    let mut life: Vec<Occurrence> = Vec::new();
    while let Some(customer) = cursors.iter().map(|cursor| cursor.customer).min() {
        life.clear();
        let mut ended = false;
        for cursor in &mut cursors {
            if cursor.customer == customer {
                cursor.take_life(until, &mut life)?;
                ended |= cursor.ended;
            }
        }
        if ended {
            cursors.retain(|cursor| !cursor.ended);
        }
        if life.is_empty() {
            continue;
        }
        sort_life(&mut life);
        let number = u32::try_from(customer)
            .map_err(|_| HistoryError::damaged(format!("customer number {customer} in a data file")))?;
        visit(CustomerNumber(number), &life);
    }
    Ok(())
}

/// The five columns, with the kind as numbers into a small dictionary.
static FOLD_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let kind = DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8));
    let mut fields: Vec<Field> = fact_schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    fields[column::KIND] = Field::new("kind", kind, false);
    SchemaRef::new(Schema::new(fields))
});

/// A place in one sorted file; it stands on the first row of a customer.
struct Cursor {
    reader: ParquetRecordBatchReader,
    path: PathBuf,
    batch: Columns,
    row: usize,
    customer: i64,
    ended: bool,
}

/// The columns of one batch.
struct Columns {
    customer: Int64Array,
    at: PrimitiveArray<TimestampMicrosecondType>,
    kind: PrimitiveArray<UInt8Type>,
    kinds: Vec<FactKind>,
    first: BooleanArray,
    amount: Int64Array,
}

impl Cursor {
    /// `None` for a file without rows.
    fn open(data_file: &DataFile) -> Result<Option<Self>> {
        let path = data_file.path.clone();
        let file = File::open(&path).map_err(io_error("open", &path))?;
        let plain = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new().with_skip_arrow_metadata(true))
            .map_err(file_error("read", &path))?;
        // Columns that a later schema version added are not in FOLD_SCHEMA: describe those that the file has.
        let fields: Vec<_> = plain
            .schema()
            .fields()
            .iter()
            .map(|field| {
                FOLD_SCHEMA.field_with_name(field.name()).map_or_else(|_| field.as_ref().clone(), Clone::clone)
            })
            .collect();
        let options = ArrowReaderOptions::new().with_schema(SchemaRef::new(Schema::new(fields)));
        let metadata =
            ArrowReaderMetadata::try_new(plain.metadata().clone(), options).map_err(file_error("read", &path))?;
        let columns = ["customer", "at", "kind", "first", "amount_minor"];
        let mask = ProjectionMask::columns(metadata.parquet_schema(), columns);
        let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(file_error("read", &path))?;
        let Some(batch) = next_columns(&mut reader)? else { return Ok(None) };
        let customer = batch.customer.values()[0];
        Ok(Some(Self { reader, path, batch, row: 0, customer, ended: false }))
    }

    /// Appends the rows of the customer it stands on that are before `until`, and moves to the next one.
    fn take_life(&mut self, until: i64, life: &mut Vec<Occurrence>) -> Result<()> {
        loop {
            let customers = &self.batch.customer.values()[self.row..];
            let length = customers.iter().position(|customer| *customer != self.customer).unwrap_or(customers.len());
            self.batch.collect(self.row..self.row + length, until, life);
            if length < customers.len() {
                self.row += length;
                let next = customers[length];
                if next < self.customer {
                    return Err(HistoryError::damaged(format!("{} is not sorted by customer", self.path.display())));
                }
                self.customer = next;
                return Ok(());
            }
            let Some(batch) = next_columns(&mut self.reader)? else {
                self.ended = true;
                return Ok(());
            };
            self.batch = batch;
            self.row = 0;
            let next = self.batch.customer.values()[0];
            if next != self.customer {
                self.customer = next;
                return Ok(());
            }
        }
    }
}

fn next_columns(reader: &mut ParquetRecordBatchReader) -> Result<Option<Columns>> {
    for batch in reader {
        let batch = batch.map_err(arrow_error)?;
        if batch.num_rows() > 0 {
            return Columns::of(&batch).map(Some);
        }
    }
    Ok(None)
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let column = |name: &str, kind: &DataType| -> Result<ArrayRef> {
            let array = batch.column_by_name(name).filter(|array| array.data_type() == kind);
            array.cloned().ok_or_else(|| HistoryError::damaged(format!("no column {name} of type {kind}")))
        };
        let kind = batch.column_by_name("kind").and_then(|array| array.as_any_dictionary_opt());
        let kind = kind.ok_or_else(|| HistoryError::damaged("no column kind"))?;
        let names = kind.values().as_string_opt::<i32>().ok_or_else(|| HistoryError::damaged("kinds are no text"))?;
        let mut kinds = Vec::with_capacity(names.len());
        for name in names.iter().flatten() {
            let parsed = FactKind::parse(name);
            kinds.push(parsed.ok_or_else(|| HistoryError::damaged(format!("fact kind \"{name}\"")))?);
        }
        let customer = column("customer", &DataType::Int64)?.as_primitive::<Int64Type>().clone();
        if customer.null_count() > 0 {
            return Err(HistoryError::damaged("a fact without a customer in a customer's bucket"));
        }
        Ok(Self {
            customer,
            at: column("at", &instant_type())?.as_primitive::<TimestampMicrosecondType>().clone(),
            kind: kind.keys().as_primitive::<UInt8Type>().clone(),
            kinds,
            first: column("first", &DataType::Boolean)?.as_boolean().clone(),
            amount: column("amount_minor", &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
        })
    }

    fn collect(&self, rows: std::ops::Range<usize>, until: i64, life: &mut Vec<Occurrence>) {
        let instants = self.at.values();
        let kinds = self.kind.values();
        let amounts = self.amount.values();
        for row in rows {
            if instants[row] < until {
                life.push(Occurrence {
                    at: Instant(instants[row]),
                    kind: self.kinds[usize::from(kinds[row])],
                    first: self.first.value(row),
                    amount_minor: self.amount.is_valid(row).then(|| amounts[row]),
                });
            }
        }
    }
}
