//! `/api/v1`: a folder per slice, a file per endpoint (error, documentation, handler, in this order).
//!
//! To add an endpoint: 1. write the use case in `perennial-app`; 2. add the file with its handler, `operation_id`
//! `<verb>_<resource>`, the right in `security(…)` and as `Allowed<…>`, first of the arguments; 3. map new error
//! variants in the slice's `mod.rs`; 4. add the handler to `routes()` there; 5. write the openapi file with
//! `UPDATE=1 cargo test -p perennial-api`; 6. test it in `tests/suite`.

pub mod access;
pub mod audiences;
pub mod clerks;
pub mod clusters;
pub mod codes;
pub mod communities;
pub mod consent;
pub mod customers;
pub mod fields;
pub mod forms;
pub mod identity;
pub mod imports;
pub mod insights;
pub mod inventory;
pub mod key_customers;
pub mod layers;
pub mod matrices;
pub mod operation;
pub mod overview;
pub mod paths;
pub mod plans;
pub mod priorities;
pub mod privacy;
pub mod progress;
pub mod pulls;
pub mod reach;
pub mod receipts;
pub mod relations;
pub mod rewards;
pub mod scenes;
pub mod segments;
pub mod sources;
pub mod stages;
pub mod stores;
pub mod tags;
pub mod tickets;
pub mod topics;
pub mod touch_points;
pub mod units;
pub mod upserts;
pub mod usage_cards;
pub mod value;
pub mod webhooks;
