//! How much an order earns (L24, L25, L26), and how much of it is to be back after a return (L18).
//!
//! | what | module |
//! |---|---|
//! | points for an amount, exactly, rounded once | `rate` |
//! | which line earned how much of it | `attribution` |
//! | how much a period allows | `cap` |
//! | an order, a rule, and both together | `order` |
//!
//! Callers may rely on: what an order earns is a function of the order as it was, the rule's version and what the member's
//! level gave at its time, so that it can be reckoned again years later; rounding happens once for a rule and an order, never
//! for a line or a refund. Invariant: integers only, with 128 bits between.

mod attribution;
mod cap;
mod order;
mod rate;

pub use attribution::attribute;
pub use cap::{Cap, CapPeriod, Granted};
pub use order::{EarnRule, Earned, LineEarned, OrderLine, OrderSnapshot, ReRating, earn, re_rate};
pub use rate::{EarnError, Rate, Rounding};
