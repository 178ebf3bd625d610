//! Use cases, one module per slice.
//!
//! Invariants: all that a fact causes inside the transactional store is one commit; nothing here knows
//! HTTP or SQL text; no write transaction is held across an outside call (history, files).

pub mod access;
mod as_json;
pub mod audiences;
pub mod audit;
mod by_hand;
mod clean_up;
pub mod clerks;
pub mod clusters;
pub mod codes;
pub mod communities;
pub mod consent;
pub mod customers;
pub mod demo;
pub mod doctor;
pub mod fields;
pub mod forms;
pub mod identity;
pub mod imports;
pub mod insights;
pub mod inventory;
pub mod jobs;
pub mod key_customers;
mod key_file;
pub mod layers;
pub mod matrices;
pub mod overview;
mod pace;
pub mod paths;
pub mod pipeline;
pub mod plans;
pub mod priorities;
pub mod privacy;
pub mod progress;
pub mod pulls;
pub mod random;
pub mod reach;
pub mod receipts;
pub mod relations;
pub mod rewards;
pub mod scenes;
pub mod scores;
mod sealed;
pub mod segments;
pub mod settings;
pub mod sources;
pub mod stages;
pub mod stores;
pub mod system_clock;
pub mod tags;
pub mod tickets;
pub mod topics;
pub mod touch_points;
pub mod tracking;
pub mod units;
pub mod upserts;
pub mod usage_cards;
pub mod value;
pub mod webhooks;
pub mod workers;
pub mod workspace;

/// Who wrote something down about a customer.
pub use by_hand::Recorder;
/// Codes as pictures.
pub use perennial_connect::picture;

use perennial_domain::time::Clock;
use perennial_history::History;
use perennial_store::Database;
use random::Random;
use std::path::PathBuf;
use std::sync::Arc;

/// What every use case needs, handed in once by the binary or by a test.
#[derive(Clone)]
pub struct App {
    pub store: Database,
    pub history: Arc<History>,
    /// The workspace's own folder: history tables, uploads, spools, rejected rows.
    pub data_dir: Arc<PathBuf>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}
