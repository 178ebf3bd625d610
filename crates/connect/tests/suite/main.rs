//! One binary for all integration tests of the connect crate.

#![expect(clippy::unwrap_used, reason = "helpers of tests end at the first surprise, as tests do")]

mod hostile;
mod real_files;
mod support;
mod variants;
mod webhook;
