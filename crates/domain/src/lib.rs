//! Pure rules of Perennial.
//!
//! Invariants: nothing here does input or output, reads a clock, makes randomness, or knows SQL,
//! HTTP or Arrow. Money and points are integers. Time is UTC with an explicit zone.
//! Slices carry the same names as in the layers above: `identity`, `import`, `tracking`, `plan`, `upsert`, `value`, `access`.

pub mod access;
pub mod activity;
pub mod arrival;
pub mod audience;
pub mod clerks;
pub mod cluster;
pub mod code;
pub mod community;
pub mod consent;
pub mod consumption;
pub mod cycle;
pub mod data_class;
pub mod fact;
pub mod fact_filter;
pub mod field;
pub mod form;
pub mod identity;
pub mod ids;
pub mod import;
pub mod insight;
pub mod interests;
pub mod inventory;
pub mod key_customers;
pub mod layers;
pub mod matrix;
pub mod money;
pub mod path;
pub mod phone;
pub mod plan;
pub mod powers;
pub mod priority;
pub mod privacy;
pub mod progress;
pub mod province;
pub mod reach;
pub mod receipt;
pub mod relations;
pub mod rewards;
pub mod rules;
pub mod scenes;
pub mod scores;
pub mod settings;
pub mod share;
pub mod simulate;
pub mod source;
pub mod spending;
pub mod stages;
pub mod stores;
pub mod tag;
pub mod ticket;
pub mod time;
pub mod topics;
pub mod touch_point;
pub mod tracking;
pub mod trials;
pub mod upsert;
pub mod usage_card;
pub mod value;
pub mod webhook;
