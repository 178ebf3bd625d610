//! Use cases as stories, on SQLite and PostgreSQL, with a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test: a panic is the failed test")]

mod again;
mod customers;
mod endings;
mod files;
mod imports;
mod readings;
mod set_aside;
mod stage;
mod tracking;
mod value;
mod value_runs;
mod workspace;
