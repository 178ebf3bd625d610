//! Order files: cells to typed rows, typed rows to facts.
//!
//! Kinds: a status of cancelled makes Cancelled, one that says that nothing was paid yet Unpaid; a refund status, a
//! negative quantity or amount, and a C invoice of Online Retail make Refund; a negative quantity without price and
//! customer is an Adjustment; a positive quantity at price zero is a gift line, and an order of nothing else a Gift.
//! Invariants: amounts and quantities of refunds are never positive; a row without identifiers is a
//! guest's; facts depend on the set of rows, not on their order.
//! Callers may rely on: each row becomes one line of one fact ([`Assembled::rows`] counts them).

mod assemble;
mod parser;
mod row;

pub use assemble::{AssembleContext, Assembled, assemble};
pub use parser::{OrderRowParser, OrderRowReader};
pub use row::OrderRow;
