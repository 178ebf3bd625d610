//! Forms: what people fill in themselves, on a page of the brand's or on a tablet at a counter, also without a network.
//!
//! | what | where |
//! |---|---|
//! | forms in versions, made, changed, archived | [`create_form`], [`update_form`], [`set_form_archived`], [`list_forms`], [`get_form`] |
//! | the same form by the code of a clerk: whoever is new signs up with the clerk | [`Desk::Clerk`], [`for_clerks`], [`by_clerk`] |
//! | counters: the same form on a tablet of a store | [`create_counter`], [`update_counter`], [`list_counters`] |
//! | what the page needs | [`page_of`] |
//! | an answer: a fact `Form Submitted` of the source [`FORMS_SOURCE`] | [`submit`] |
//! | the fact is applied: whose it is, and of which store | [`note_submissions`] |
//! | how many, where, who followed, what was refused | [`results`], [`submissions`] |
//! | of those who were asked to choose, how many chose what | [`shares`] |
//!
//! Tables: `forms`, `form_versions`, `form_counters`, `form_submissions`, `form_refusals`. The answers are traits and identifiers
//! of the fact, consents its words: fields, sources that are believed, consent and erasure have nothing to learn of forms.
//! Invariants: an answer and its fact are one commit, and are there once, by form and id, however often they are sent; an answer
//! is held against the version that it names; where it was filled in stays as it was then; what is refused is counted with
//! the reason, and said by field to whoever sent it; nobody who fills in a form is told anything of anybody.

mod counters;
mod error;
mod note;
mod page;
mod register;
mod results;
mod shares;
mod submit;

pub use counters::{Counter, create_counter, list_counters, update_counter};
pub use error::FormError;
pub(crate) use note::{by_clerk, note_submissions};
pub use page::{Desk, Pace, Page, PageText, page_of};
pub(crate) use register::for_clerks;
pub use register::{Form, ListedForm, create_form, get_form, list_forms, set_form_archived, update_form};
pub use results::{FollowRate, Refusal, Results, SpotResults, SubmissionView, results, submissions};
pub use shares::{ChoiceShare, FieldShares, shares};
pub use submit::{Sender, Submission, Submitted, submit};

/// What people fill in is told by this source: they speak for themselves.
pub const FORMS_SOURCE: &str = "src_forms";
