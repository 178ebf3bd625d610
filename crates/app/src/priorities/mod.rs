//! Priorities of plans: where dimensions such as value, lifecycle, attribute and preference want different plans for one customer, one
//! table says which is chosen, and what was not chosen is written down.
//!
//! | what | where |
//! |---|---|
//! | the table, changed as a whole, in versions | [`read_priorities`], [`put_priorities`] |
//! | a decision for a customer, and those that were | [`decide_plan`], [`list_decisions`] |
//!
//! Tables: `plan_priorities`, `plan_decisions` (by profile, so that merging and parting move nothing). Invariants: a dimension is a
//! layer, an entry names one of its stages and a plan; every version of the table is kept; a decision is made by the stages that the
//! customer is in at one instant ([`perennial_domain::priority::decide`]), never changes, and says under which version it was made; of a
//! profile the newest [`DECISIONS_KEPT_MAX`] are kept. Entries whose stage or layer is not there any more mean nobody. Decisions of
//! somebody who is erased go with them. A plan is a word: nothing is sent here.

mod decisions;
mod table;

pub use decisions::{Candidate, DECISIONS_KEPT_MAX, Decision, Said, decide_plan, list_decisions};
pub use table::{Priorities, PriorityLine, put_priorities, read_priorities};

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::segments::SegmentError;
use perennial_domain::matrix::Misplaced;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum PriorityError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<Misplaced>),
    #[error("no such version of the priorities")]
    NoVersion,
    #[error("no such customer")]
    NoCustomer,
    #[error("there are no priorities yet: nothing can be decided")]
    NoPriorities,
    #[error("it was changed by somebody else")]
    VersionConflict,
}
