//! How much an order earns (L24, L25, L26), and how much of it is to be back after a return (L18).
//!
//! | what | module |
//! |---|---|
//! | points for an amount, exactly, rounded once | `rate` |
//! | which line earned how much of it | `attribution` |
//! | how much a period allows | `cap` |
//! | an order, a rule, and both together | `order` |
//! | a rule as a brand defines it, and which version held when | `rule` |
//! | which orders and lines a rule is about | `filter` |
//! | an order as it was told, less what came back of it | `bought` |
//! | what an order stands at by a rule, and what is to be posted | `standing` |
//!
//! Callers may rely on: what an order earns is a function of the order as it was, the rule's version and what the member's
//! level gave at its time, so that it can be reckoned again years later; rounding happens once for a rule and an order, never
//! for a line or a refund. Invariant: integers only, with 128 bits between.

mod attribution;
mod bought;
mod cap;
mod filter;
mod order;
mod rate;
mod rule;
mod standing;

pub use attribution::attribute;
pub use bought::{Basket, Bought};
pub use cap::{Cap, CapPeriod, Granted};
pub use filter::Filter;
pub use order::{EarnRule, Earned, LineEarned, OrderLine, OrderSnapshot, ReRating, earn, re_rate};
pub use rate::{EarnError, Rate, Rounding};
pub use rule::{EarningRule, Versioned, holding_at};
pub use standing::Standing;
