//! A made-up brand with known truth: customers who buy, come back and leave as a model says.
//!
//! | step | module |
//! |---|---|
//! | what is to be made, and what of it makes no sense | `plan` |
//! | a stream of random draws for each customer | `draw` |
//! | when one customer buys and leaves, now and in the year after | `life` |
//! | who the customer is: numbers, names, gaps | `person` |
//! | what is sold, and for how much | `catalogue` |
//! | orders, lines, refunds, cancelled attempts | `order` |
//! | all of one customer together | `customer` |
//! | files: columns, rows as CSV | `columns`, `rows` |
//!
//! Invariants: pure; the same [`Plan`] gives the same bytes on every machine (integers, the four basic
//! operations, and `libm` for the rest; never the platform's logarithm); customer `n` depends on the plan
//! and on `n` alone, so that any part can be made anywhere; the life of a customer (rates, days, amounts)
//! does not change with what only dresses it (lines, names, identifiers).
//! Callers may rely on: rows are appended to the caller's buffer, who compresses and writes them; order
//! numbers are unique; the rows of an order are neighbours and those of a customer come by time; the first
//! order carries every identifier that the customer has, later ones always the customer id or the phone, so
//! that flat matching finds each customer once, in any order.
//! Persons are made up: mail addresses are of reserved domains, phones of prefixes that, as far as we know,
//! no carrier gives out.

mod catalogue;
mod columns;
mod customer;
mod draw;
mod life;
mod order;
mod person;
mod plan;
mod rows;
#[cfg(test)]
mod tests;

pub use columns::{CUSTOMER_COLUMNS, Column, ORDER_COLUMNS, TRUTH_COLUMNS, push_header};
pub use customer::{SimulatedCustomer, Simulator, Truth};
pub use order::{SimulatedLine, SimulatedOrder, SimulatedOrderKind};
pub use plan::{CUSTOMERS_MAX, DAYS_MAX, LINES_MEAN_MAX, Plan, PlanError, SpendTruth};
pub use rows::RowCounts;
