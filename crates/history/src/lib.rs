//! The history: every fact, columnar, clustered by customer and time.
//!
//! The only crate that knows Arrow, Delta Lake and DataFusion; none of their types leaves it. Facts live in
//! one Delta table, `<root>/facts`, partitioned by bucket (customer number modulo 64, guests apart), each
//! file sorted by customer, time and key. Any program that reads Delta can read it.
//!
//! Callers may rely on:
//! - [`History::append`] is exactly once by journal sequence, without gaps, and durable when it returns;
//! - a history serves one workspace: [`History::tie`];
//! - [`History::timeline`] and [`HistorySnapshot`] see one version of the table, whole;
//! - [`HistorySnapshot::who`] says who meets a rule as the definition of the language does;
//! - [`HistorySnapshot::lives`] has all that the same definition would look at;
//! - [`HistorySnapshot::fold_buckets`] answers the same for any number of threads and after compaction;
//! - what [`History::forget`] took out is in no version that can be read any more once [`History::purge`] has returned;
//! - files written by earlier versions stay readable (`tests/data`), and their table learns of what came later.
//!
//! Needs a Tokio runtime of several threads: table maintenance blocks on its own I/O.
//!
//! [`ParquetTableWriter`] and [`ParquetRows`] write and read Parquet files of users; they have nothing to do
//! with the facts table but the libraries.

mod append;
mod changes;
mod compact;
mod disk;
mod error;
mod events;
mod files;
mod fold;
mod forget;
mod hits;
mod kinds;
mod messages;
mod parquet_pages;
mod parquet_rows;
mod parquet_text;
mod purchases;
mod recover;
mod rows;
mod rules;
mod scan;
mod schema;
mod table;
mod table_file;
mod timeline;
mod tracked;
mod upgrade;
mod wanted;
mod workspace;

pub use append::Appended;
pub use changes::Changes;
pub use compact::{Compacted, Vacuumed};
pub use error::{HistoryError, Result};
pub use fold::{HistorySnapshot, Occurrence, sort_life};
pub use forget::{Forget, Forgotten, Purged, Retouch};
pub use kinds::KindCount;
pub use parquet_rows::{ParquetRows, ReadProgress, TextBatch};
pub use parquet_text::{CELL_BYTES_MAX, CellError};
pub use rows::HistoryFact;
pub use rules::{LookedAt, Plan, PlanError, Standpoint};
pub use scan::Scan;
pub use schema::CUSTOMER_BUCKETS;
pub use table::History;
pub use table_file::{Cell, Column, ColumnKind, ParquetTableWriter, TableFileError};
pub use timeline::{HistoryStats, TIMELINE_PAGE_MAX};
pub use wanted::Glance;
