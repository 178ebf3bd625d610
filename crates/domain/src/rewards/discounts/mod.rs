//! Discounts: what a cart costs with the best legal combination of a brand's incentives, and why.
//!
//! [`quote`] merges the lines of a cart, rates each incentive against it, searches for the best combination, and writes down each
//! step of it. Callers may rely on: amounts are integers; the same cart, incentives and policy give the same quote,
//! in whichever order they are handed in; how a line is split over several lines changes nothing; the steps recompute to
//! the total ([`verify`]).
//!
//! **What is legal.** A combination is a set of incentives such that
//! 1. an exclusive one is the only one that is exclusive or common; always stackable ones join anything;
//! 2. there are at most `incentives_max` of them;
//! 3. each does something at its turn: takes something off, or gives a gift.
//!
//! **Their turns.** A set has one order: its steps are sorted by phase, then priority (lower first), then id.
//!
//! | phase | incentives | why there |
//! |---|---|---|
//! | 1 | buy N get M | says which units are free, before anything else depends on it |
//! | 2 | new price | is a price, and what follows takes off from prices |
//! | 3 | amounts and percents off some items | |
//! | 4 | amounts and percents off the whole order | |
//! | 5 | gifts | their thresholds see what the goods cost in the end |
//! | 6 | all that is off the shipping fee | the same |
//!
//! Priority orders the steps; it does not say which incentives win: the customer's advantage does.
//!
//! **What is best**: the least amount due; of equal ones the greatest value of gifts, then the least cost to the brand, then the
//! ids. So a gift never costs a customer money, and adding an incentive never makes a cart dearer.
//!
//! **How it is found** is in [`search`]: exactly, or, where too many incentives apply at once, as well as so many steps
//! allow, which the quote says ([`Search::Bounded`]) together with how much better another combination could be at most.
//!
//! Prices and amounts are all of one basis, the cart's: those of an incentive that counts with tax, or without it, are
//! changed into it first. Quantities are whole units: what is sold by weight is one unit with its own price.

mod arithmetic;
mod bounds;
mod cart;
mod formula;
mod incentive;
mod quote;
mod rated;
mod returns;
mod search;
mod trace;

pub use cart::{Cart, LINES_MAX, Line, MergedLine, QUANTITY_MAX, Tax, TaxMode, merged};
pub use formula::Formula;
pub use incentive::{Basis, Cap, Effect, INCENTIVES_MAX, Incentive, Scope, Stacking, Threshold};
pub use quote::{Choice, Gift, Policy, Problem, Quote, QuotedLine, Rounding, Snapshot, quote};
pub use returns::{Refund, ReturnPolicy, refund};
pub use search::{COMBINED_MAX, LOOKS_USUAL, Search};
pub use trace::{Checked, Step, TraceError, verify};
