//! Consent: a register of purposes and texts, what people decided with evidence, and what goes when they take it back.
//!
//! Tables: `consent_purposes`, `consent_texts`, `consents`, `withdrawals`. Decisions come as facts: by messages
//! (`docs/tracking.md`), or written down by a clerk, by the interface or the command line ([`record_consent`]), which makes
//! such a fact. They are noted where facts are applied ([`note_consents`]), by profile. Which one holds is
//! `perennial_domain::consent`, over the profiles of a customer together: merging and parting move no row.
//!
//! Invariants: a decision is written down once, with the hash of the text that it names; rows are only added, and go with
//! their profile when it is erased; a purpose that nobody has registered is noted all the same. Where the last grant of a
//! purpose is taken back, what was collected under it is erased within [`WITHDRAWAL_HOURS`] hours ([`withdraw`]).

mod error;
mod granted;
mod note;
mod record;
mod register;
mod view;
mod withdraw;
mod withheld;

pub use error::ConsentError;
pub(crate) use granted::granted_for;
pub(crate) use note::decided_of;
pub(crate) use note::note_consents;
pub use record::{NewConsent, RecordedConsent, SOURCE, Who, record_consent};
pub use register::{
    Collects, ConsentText, NewText, Purpose, PurposeSettings, list_purposes, publish_text, put_purpose,
};
pub(crate) use register::{agreed, purpose, purposes_in_tx};
pub(crate) use view::who_granted;
pub use view::{ConsentState, CustomerConsents, Recorded, Withdrawal, customer_consents};
pub use withdraw::{WITHDRAWAL_HOURS, finish_unfinished, run_job, run_withdrawal};
pub(crate) use withheld::{Withheld, withheld_of};
