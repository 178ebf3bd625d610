//! The preference centre: topics that a brand registers, what customers picked, and whether a push may go.
//!
//! Tables: `topics`, `topic_picks`. Picks come as facts (`Preferences Updated`): by messages, or written down by the
//! interface ([`record_picks`]), which makes such a fact. They are noted where facts are applied, by profile; which one
//! holds is `perennial_domain::topics`, over the profiles of a customer together. Invariants: rows are only added, and go
//! with their profile when it is erased; a change of the register stands in the audit log. Channels come later: so far
//! only [`may_push`] asks.

mod picks;
mod register;

pub(crate) use picks::note_picks;
pub use picks::{CustomerPicks, Picked, customer_picks, may_push, record_picks};
pub use register::{Topic, list_topics, put_topic};

use crate::access::Forbidden;
use crate::pipeline::PipelineError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum TopicError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such topic")]
    NoTopic,
    #[error("no such customer")]
    NoCustomer,
    #[error("somebody else has changed this topic meanwhile")]
    Changed,
    #[error("there is a topic with this code: to change it, send its ETag as If-Match")]
    Exists,
}
