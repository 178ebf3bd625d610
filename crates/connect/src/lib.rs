//! Where data comes from and goes to: files now, other systems later.
//!
//! Invariants: reads with bounded memory whatever the file holds; knows nothing of stores, HTTP or Arrow;
//! decides nothing about meaning (that is `perennial_domain::import`).

pub mod tabular;
