//! Identity: which profiles are one customer, by evidence or by hand, and how that is taken back.
//!
//! Tables: `merges` (who said so, never removed), `customer_parts` and `part_traits` (what each profile of a customer
//! of several has), and the customer's own rows in `customers`, `traits`, `customer_activity`, `identities`.
//!
//! | what | where |
//! |---|---|
//! | a message shows that two are one | [`merge_by_evidence`], in the commit of the message's block |
//! | a person says so, or takes it back | [`merge_customers`], [`unmerge`], each one commit with its audit entry |
//! | what would be | [`preview_merge`], which changes nothing |
//!
//! Invariants: facts, orders and identifiers stay with their profile, in both stores; a merge is a join in the
//! transactional store and nothing else, so that there is no half-merged customer, whatever is killed, and nothing to
//! resume. What a customer of several profiles shows is what its profiles have together, written in the commit of each
//! change. Values are of whole customers: those of both sides go with a merge, and come with the next run. Callers may
//! rely on: the cost of either does not depend on the number of facts.

mod by_hand;
mod error;
mod joining;
mod preview;
mod view;
mod whole;

pub use by_hand::{MergeRequest, merge_customers, merge_of, unmerge};
pub use error::IdentityError;
pub(crate) use joining::{merge_by_evidence, refresh, word_of};
pub use preview::{FieldPreview, MergePreview, OverLimit, SidePreview, preview_merge};
pub use view::{CustomerIdentity, LeftOffIdentifier, Merge, MergeHow, customer_identity};
pub(crate) use whole::{Profiles, Whole, whole};
