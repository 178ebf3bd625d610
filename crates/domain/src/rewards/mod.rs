//! What the brand gives: what an order earns, and the ledger that keeps it.
//!
//! | what | module |
//! |---|---|
//! | accounts, lots, holds, debt; every change of them, and why | `ledger` |
//! | how much an order earns, for which line, under which cap | `earning` |
//!
//! Invariants: integers only, checked; no clock, no randomness; the same input gives the same bytes. `docs/rewards.md` says
//! what is decided where systems of this kind disagree.

pub mod earning;
pub mod ledger;
