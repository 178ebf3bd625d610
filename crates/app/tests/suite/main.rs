//! Use cases as stories, on SQLite and PostgreSQL, with a clock that the test moves.

mod customers;
mod imports;
mod stage;
mod value;
