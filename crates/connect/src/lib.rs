//! Where data comes from and goes to: files in, messages to other systems out.
//!
//! Invariants: reads with bounded memory whatever the other side holds; knows nothing of stores or Arrow, and serves no HTTP;
//! decides nothing about meaning (that is `perennial_domain::import`), and tries nothing again (that is the caller's).

pub mod picture;
pub mod tabular;
pub mod webhook;
