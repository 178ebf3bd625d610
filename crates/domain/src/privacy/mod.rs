//! Erasing people: which facts are still wanted of somebody who was erased, and what is taken out of facts that stay.
//!
//! Invariants: pure; nothing here knows an identifier of an erased person but by being asked about it; the rule of
//! [`passage`] is that of `docs/adr/0013-erasure-leaves-keyed-hashes.md`.

mod gate;
mod redaction;

pub use gate::{Named, Passage, Tombstone, passage};
pub use redaction::Redaction;
