//! Import rules: from the cells of a row to facts, without input or output.
//!
//! The way of a row: [`sample::Sample`] looks at the first rows, [`columns::recognise`] proposes what each
//! column means, [`amounts::AmountSample`] looks once more for whether amounts are of lines or of orders,
//! [`mapping::Mapping`] is that decision (the operator may change it),
//! [`orders::OrderRowParser`] or [`customers::CustomerRowParser`] compiles it and turns cells into typed
//! rows, [`orders::assemble`] turns all rows of one partition into facts.
//!
//! Invariants: nothing is guessed in silence (every row becomes a typed row or [`error::RowError`]s that
//! say what is allowed); the same rows in any order give the same facts with the same keys.
//! Callers may rely on: parsers are `Sync`; good rows allocate nothing but their own strings.

pub mod amounts;
pub mod cells;
pub mod columns;
pub mod customers;
pub mod error;
pub mod field;
pub mod mapping;
pub mod orders;
pub mod parse;
pub mod preview;
mod read;
pub mod sample;
pub mod spool;

pub use read::TEXT_BYTES_MAX;
