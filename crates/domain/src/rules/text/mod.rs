//! The text form of a rule, for people who type.
//!
//! ```text
//! count of lines[category is "lens"] in last 6 months >= 2
//!     and never lines[category is "care liquid"]
//!     and never anything in last 60 days
//!     and reachable
//! ```
//!
//! Invariants: `parse(&print(rule)).rule == rule` for every rule within the limits; the parser never panics, reads each
//! character once, and its errors name the characters that are wrong and what is expected there. Words of the language are
//! English and small; whatever else a brand has names for is quoted where it is not a plain word.

mod figure;
mod lex;
mod parse;
mod parse_test;
mod print;
mod words;

pub use parse::{Parsed, parse};
pub use print::print;

/// In double quotes; `\` stands before a quote and before itself.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
