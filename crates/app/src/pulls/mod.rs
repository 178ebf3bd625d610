//! Bulk pull: what came since the last time, for people who feed a warehouse.
//!
//! | what | one line for | cursor |
//! |---|---|---|
//! | [`FactsPull`] | each fact that history took over since: orders, refunds, messages and all others | the last block that the pull has |
//! | [`CustomersPull`] | each customer whom one of these facts concerns, or who was merged or parted since, as they are now | the same, and the instant of the pull |
//!
//! Invariants: a pull that begins at the cursor of the one before leaves nothing out, also while facts arrive; memory is
//! bounded by one batch of facts, or one page of customers and a bit for each; nothing of the store is held while whoever
//! pulls is slow. Facts reach history some seconds after they were accepted, and are then pulled once.
//!
//! Tables: history; `customers`, `identities`, `traits`, `customer_parts`, `merges`. Each pull stands in the audit log.

mod customers;
mod facts;

pub use customers::{CustomersCursor, CustomersPull, begin_customers};
pub use facts::{FactsPull, begin_facts};

use crate::access::Forbidden;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum PullError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Of another workspace, or from the future.
    #[error("the cursor belongs to another list; start without a cursor")]
    CursorMismatch,
}
