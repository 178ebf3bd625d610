//! One binary for all integration tests of the index.

#![expect(clippy::unwrap_used, reason = "a failing helper should fail its test")]

mod agreement;
mod crowd;
mod moves;
mod shop;
mod snapshot;
