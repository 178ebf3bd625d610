//! How much is allowed. Each limit is far beyond what a programme needs, and low enough that nothing overflows.

/// The most of one amount or one account, in units or minor units: a million such still fit 64 bits.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;
/// Open lots of an account: ten years of three a day. A decision reads them all.
pub const OPEN_LOTS_MAX: usize = 10_000;
/// Open holds of an account: a till that never resolves them should be noticed.
pub const OPEN_HOLDS_MAX: usize = 1_000;
/// Rows that a merge carries over: it is written as one transaction.
pub const MERGED_ROWS_MAX: usize = 100_000;
/// Adjustments of more need a second person, where a wallet does not say.
pub const APPROVAL_USUAL: i64 = 10_000;
pub const HOLD_TTL_SECONDS_MAX: u32 = 365 * 86_400;
/// Ten years.
pub const DAYS_MAX: u32 = 3_660;
pub const KEY_BYTES_MAX: usize = 200;
/// Names of orders, events, rules, reasons, actors.
pub const CODE_BYTES_MAX: usize = 100;
/// A reference to what a command is about.
pub const REFERENCE_BYTES_MAX: usize = 500;
pub const TAGS_MAX: usize = 20;
/// Instants that are told are those that a fact may have: 1970 to 2100. The calendar is never reckoned with near its ends.
pub const INSTANTS_MICROS: std::ops::RangeInclusive<i64> = 0..=4_102_531_200_000_000;
