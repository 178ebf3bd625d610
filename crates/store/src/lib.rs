//! The only crate that knows SQL.
//!
//! One text per query serves SQLite and PostgreSQL; the few true differences are in [`mod@dialect`]. A module
//! per slice holds free functions that take the open transaction first: `&mut ReadTx` may only read,
//! `&mut WriteTx` may write too, so that a signature says what a function can do. No function opens a
//! transaction or decides anything; not found is `Ok(None)`; ids come from the caller.
//!
//! To add a query:
//! 1. write it as a `-- name: slice.what` block in `queries/slice.sql`, with `$1, $2 …` (portable rules there);
//! 2. add the function to the slice's module, through [`mod@exec`]; a write states how many rows it must touch;
//! 3. call it in `tests/suite/slice.rs`: a test counts that every public function is called there, and
//!    `prepare_all` prepares every block on both databases.
//!
//! To change the schema: add `migrations/{sqlite,postgres}/NNNN_name.sql` as a pair and list it in `migrate.rs`.

pub mod access;
pub mod activity;
pub mod audiences;
pub mod audit;
pub mod automatic_tags;
pub mod clerks;
pub mod clusters;
pub mod codes;
pub mod communities;
pub mod consents;
pub mod customer_changes;
pub mod customers;
pub mod database;
mod dialect;
pub mod earning;
pub mod error;
mod exec;
pub mod fields;
pub mod forms;
pub mod idempotency;
pub mod identity;
pub mod imports;
pub mod incentives;
pub mod index_snapshots;
mod indexes;
pub mod inventory;
pub mod jobs;
pub mod journal;
pub mod key_customers;
pub mod layers;
pub mod leases;
pub mod ledger;
pub mod matrices;
pub mod merges;
mod migrate;
pub mod orders;
pub mod parts;
pub mod plans;
pub mod priorities;
pub mod privacy;
pub mod progress;
pub mod quarantine;
pub mod reach;
pub mod receipts;
pub mod relations;
mod row;
pub mod scenes;
pub mod scope;
pub mod scores;
pub mod segment_moves;
pub mod segments;
pub mod sequences;
pub mod settings;
pub mod sources;
mod statements;
pub mod stores;
pub mod tags;
pub mod tickets;
pub mod topics;
pub mod touch_points;
pub mod tracking;
pub mod traits;
pub mod units;
pub mod uploads;
mod url;
pub mod usage_cards;
pub mod value_runs;
pub mod values;
pub mod wallets;
pub mod webhooks;

pub use database::{Database, Engine, ReadTx, WriteTx};
pub use error::{Result, StoreError};
pub use scope::Scope;
pub use url::StoreUrl;

/// For the suite: what is in the schema and in the query files, without making it part of the interface.
#[doc(hidden)]
pub mod insights;
pub mod inspect;
