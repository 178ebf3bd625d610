//! Key customers: each of a segment has an owner and a promise of contact, and who is overdue is a segment of its own.
//!
//! | what | where |
//! |---|---|
//! | a promise, made, changed and removed together with the segment of those overdue, in one commit | [`put_promise`], [`remove_promise`], [`list_promises`], [`get_promise`] |
//! | whoever has no owner, or one who cannot look after them any more, is shared out, beside the index | [`assign`] |
//! | who is looked after by whom, and who is overdue | [`key_customers`] |
//! | handed over to another owner; a contact that somebody had, as a fact | [`hand_over`], [`note_contact`] |
//!
//! Tables: `contact_promises`; `customer_owners` by profile, so that merging and parting move nothing: a customer's owner is that of
//! the profile which has had one the longest, and whoever gives them to another gives all their profiles. Invariants: that somebody got an
//! owner and that they were contacted are facts in the commit that says so, and who is overdue follows from facts alone; an owner
//! can sign in, may write about customers and sees the customer, else another one takes their place within seconds (a minute, where
//! the customer changed the store); leaving the segment
//! takes no owner away. Whoever changes owners holds `journal::lock_applier`, then the promise, then what is accepted.
//! Owners of somebody who is erased go with them.

mod assign;
mod contact;
mod error;
mod hand_over;
mod held;
mod promise;
mod view;

pub use assign::{SharedOut, assign};
pub use contact::{Contact, NewContact, note_contact};
pub use error::KeyCustomerError;
pub use hand_over::hand_over;
pub(crate) use promise::Users;
pub use promise::{Owner, Promise, get_promise, list_promises, put_promise, remove_promise};
pub use view::{KeyCustomer, KeyCustomerQuery, KeyCustomers, OfOwner, key_customers};
