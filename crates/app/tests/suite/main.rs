//! Use cases as stories, on SQLite and PostgreSQL, with a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test: a panic is the failed test")]

mod again;
mod consents;
mod coverage;
mod customer_data;
mod customers;
mod endings;
mod fields;
mod files;
mod form_counters;
mod forms;
mod home;
mod identity;
mod imports;
mod inventory;
mod merge_histories;
mod newcomers;
mod over_time;
mod people;
mod plans;
mod powers;
mod preferences;
mod privacy;
mod product_progress;
mod progress;
mod quarantine;
mod reach;
mod readings;
mod receiver;
mod relations;
mod scenes;
mod set_aside;
mod several_files;
mod stage;
mod tags;
mod touch_points;
mod touchpoint;
mod tracking;
mod usage_cards;
mod value;
mod value_runs;
mod webhooks;
mod worked_examples;
mod workspace;
