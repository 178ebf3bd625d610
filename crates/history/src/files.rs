//! Data files: how one is written, and what is known of those that a table version consists of.
//!
//! Invariants: the rows of a file belong to one bucket and are sorted by customer, time and key; a file
//! is durable before a commit names it; names follow from what is written, so that a repeated attempt
//! overwrites the orphan of the one that was killed.

use crate::disk;
use crate::error::{HistoryError, Result, file_error, io_error};
use crate::schema::{BUCKET, BUCKETS, column, fact_schema};
use deltalake::arrow::array::{Array, AsArray, RecordBatch};
use deltalake::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use deltalake::kernel::Add;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::arrow::arrow_writer::ArrowWriterOptions;
use deltalake::parquet::basic::{Compression, Encoding, ZstdLevel};
use deltalake::parquet::file::properties::{EnabledStatistics, WriterProperties};
use deltalake::parquet::schema::types::ColumnPath;
use deltalake::table::state::DeltaTableState;
use perennial_domain::time::Instant;
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a Parquet row group: large enough to compress, small enough that a timeline reads little.
const ROW_GROUP_ROWS_MAX: usize = 262_144;
/// Rows of a Parquet page: what a timeline has to decode of each column.
const PAGE_ROWS_MAX: usize = 8_192;
const ZSTD_LEVEL: i32 = 1;

/// One data file of a table version.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    /// Relative to the table, as the log names it.
    pub name: String,
    pub path: PathBuf,
    pub size_bytes: u64,
    pub rows: u64,
    pub last_at: Option<Instant>,
}

/// The files of one table version by bucket, each bucket's in the order of their names.
#[derive(Debug)]
pub(crate) struct FileSet {
    pub version: u64,
    pub buckets: Vec<Vec<DataFile>>,
}

impl FileSet {
    pub fn of(state: &DeltaTableState, folder: &Path) -> Result<Self> {
        let mut buckets: Vec<Vec<DataFile>> = vec![Vec::new(); BUCKETS];
        for view in state.log_data().iter() {
            let name = view.path().into_owned();
            let partition = view.partition_values_map();
            let bucket = partition.get(BUCKET).and_then(|value| value.as_deref()).and_then(|text| text.parse().ok());
            let slot = bucket
                .and_then(|bucket: usize| buckets.get_mut(bucket))
                .ok_or_else(|| HistoryError::damaged(format!("data file {name} is in no known bucket")))?;
            let rows = view
                .num_records()
                .ok_or_else(|| HistoryError::damaged(format!("data file {name} has no row count in the log")))?;
            slot.push(DataFile {
                path: folder.join(&name),
                size_bytes: u64::try_from(view.size()).unwrap_or(0),
                rows: rows as u64,
                last_at: view.stats().as_deref().and_then(last_at_of),
                name,
            });
        }
        for files in &mut buckets {
            files.sort_by(|left, right| left.name.cmp(&right.name));
        }
        Ok(Self { version: state.version(), buckets })
    }
}

fn last_at_of(stats: &str) -> Option<Instant> {
    let stats: serde_json::Value = serde_json::from_str(stats).ok()?;
    Instant::parse_rfc3339(stats.get("maxValues")?.get("at")?.as_str()?)
}

/// How the pages of a file are compressed.
#[derive(Clone, Copy)]
pub(crate) enum Packing {
    /// For files that compaction writes anew soon. An append is many small pages, and zstd makes its tables, which are
    /// larger, for each of them.
    Quick,
    /// For files that stay.
    Small,
}

fn writer_properties(packing: Packing) -> Result<WriterProperties> {
    let zstd = ZstdLevel::try_new(ZSTD_LEVEL).map_err(|error| HistoryError::damaged(error.to_string()))?;
    let path = ColumnPath::from;
    let compression = match packing {
        Packing::Quick => Compression::LZ4_RAW,
        Packing::Small => Compression::ZSTD(zstd),
    };
    Ok(WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
        .set_data_page_row_count_limit(PAGE_ROWS_MAX)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(path("customer"), EnabledStatistics::Page)
        .set_column_statistics_enabled(path("at"), EnabledStatistics::Page)
        // Times of one customer ascend: the differences are short.
        .set_column_dictionary_enabled(path("at"), false)
        .set_column_encoding(path("at"), Encoding::DELTA_BINARY_PACKED)
        // Keys are random bytes: neither a dictionary nor zstd finds anything in them.
        .set_column_dictionary_enabled(path("key"), false)
        .set_column_compression(path("key"), Compression::UNCOMPRESSED)
        .set_created_by("perennial".to_owned())
        .build())
}

/// A durable file that no commit names yet.
pub(crate) struct WrittenFile {
    /// What the log says of it.
    pub add: Add,
    pub rows: u64,
}

/// Writes one data file, batch after batch, and refuses rows out of order: the readers rely on it.
pub(crate) struct DataFileWriter {
    writer: ArrowWriter<File>,
    bucket: usize,
    name: String,
    path: PathBuf,
    stats: Stats,
}

impl DataFileWriter {
    /// `stem` names the file within its bucket; an unreferenced file of that name is overwritten.
    pub fn create(folder: &Path, bucket: usize, stem: &str, packing: Packing) -> Result<Self> {
        let bucket_name = format!("{BUCKET}={bucket}");
        let bucket_folder = disk::create_folder(folder, &bucket_name)?;
        let path = bucket_folder.join(format!("{stem}.parquet"));
        let file = File::create(&path).map_err(io_error("create", &path))?;
        // Without the embedded Arrow schema the file means the same to every reader.
        let options =
            ArrowWriterOptions::new().with_properties(writer_properties(packing)?).with_skip_arrow_metadata(true);
        let writer =
            ArrowWriter::try_new_with_options(file, fact_schema(), options).map_err(file_error("write", &path))?;
        Ok(Self { writer, bucket, name: format!("{bucket_name}/{stem}.parquet"), path, stats: Stats::default() })
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if !self.stats.add(batch) {
            return Err(HistoryError::damaged(format!("rows for {} are not sorted", self.path.display())));
        }
        self.writer.write(batch).map_err(file_error("write", &self.path))
    }

    pub fn rows(&self) -> u64 {
        self.stats.rows
    }

    /// The file is not wanted after all.
    pub fn discard(self) -> Result<()> {
        drop(self.writer);
        fs::remove_file(&self.path).map_err(io_error("delete", &self.path))
    }

    /// Ends the file, makes it durable and returns what the log is to say of it.
    pub fn finish(mut self, data_change: bool) -> Result<WrittenFile> {
        self.writer.finish().map_err(file_error("write", &self.path))?;
        let file = self.writer.inner();
        file.sync_all().map_err(io_error("make durable", &self.path))?;
        let metadata = file.metadata().map_err(io_error("read the size of", &self.path))?;
        if let Some(folder) = self.path.parent() {
            disk::sync_folder(folder)?;
        }
        let add = Add {
            path: self.name,
            partition_values: HashMap::from([(BUCKET.to_owned(), Some(self.bucket.to_string()))]),
            size: metadata.len() as i64,
            modification_time: disk::modified_micros(&self.path, &metadata)? / 1_000,
            data_change,
            stats: Some(self.stats.json()),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        };
        Ok(WrittenFile { add, rows: self.stats.rows })
    }
}

/// What the log keeps of a file, so that it can be passed over without being opened.
#[derive(Default)]
struct Stats {
    rows: u64,
    without_customer: u64,
    customers: Option<(i64, i64)>,
    instants: Option<(i64, i64)>,
    last: Option<(i64, i64)>,
}

impl Stats {
    /// False where the rows do not follow each other by customer and time.
    fn add(&mut self, batch: &RecordBatch) -> bool {
        let customers = batch.column(column::CUSTOMER).as_primitive::<Int64Type>();
        let instants = batch.column(column::AT).as_primitive::<TimestampMicrosecondType>();
        self.rows += batch.num_rows() as u64;
        self.without_customer += customers.null_count() as u64;
        let mut sorted = true;
        for (customer, at) in customers.iter().zip(instants.values()) {
            let place = Some((customer.unwrap_or(i64::MIN), *at));
            sorted &= self.last <= place;
            self.last = place;
            widen(&mut self.instants, *at);
            if let Some(customer) = customer {
                widen(&mut self.customers, customer);
            }
        }
        sorted
    }

    fn json(&self) -> String {
        let bounds = |pick: fn((i64, i64)) -> i64| {
            let mut values = serde_json::Map::new();
            if let Some(pair) = self.customers {
                values.insert("customer".to_owned(), pick(pair).into());
            }
            if let Some(pair) = self.instants {
                values.insert("at".to_owned(), Instant(pick(pair)).rfc3339().into());
            }
            values
        };
        serde_json::json!({
            "numRecords": self.rows,
            "minValues": bounds(|(least, _)| least),
            "maxValues": bounds(|(_, greatest)| greatest),
            "nullCount": { "customer": self.without_customer, "at": 0 },
        })
        .to_string()
    }
}

fn widen(bounds: &mut Option<(i64, i64)>, value: i64) {
    *bounds = Some(bounds.map_or((value, value), |(least, greatest)| (least.min(value), greatest.max(value))));
}

/// The files of a version, shared by all who read it.
pub(crate) type SharedFiles = Arc<FileSet>;
