//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ConsentError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("no such customer")]
    NoCustomer,
    #[error("no such purpose")]
    NoPurpose,
    #[error("no such withdrawal")]
    NoWithdrawal,
    #[error("somebody else has changed this purpose meanwhile")]
    Changed,
    #[error("there is a purpose with this code: to change it, send its ETag as If-Match")]
    Exists,
    #[error("this purpose has a text of that version, and a text is never changed: publish another version")]
    TextExists,
    /// A field that cannot be accepted.
    #[error("{field}: {allowed}")]
    Invalid { field: &'static str, allowed: String },
    #[error("what is stored of {0} cannot be read")]
    Unreadable(String),
}

impl ConsentError {
    pub(super) fn invalid(field: &'static str, allowed: impl Into<String>) -> Self {
        Self::Invalid { field, allowed: allowed.into() }
    }
}
