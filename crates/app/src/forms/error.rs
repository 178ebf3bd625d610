//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use crate::tracking::IntakeError;
use perennial_domain::form::Wrong;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum FormError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<Wrong>),
    #[error("no such form")]
    NoForm,
    #[error("no such counter")]
    NoCounter,
    #[error("it was changed by somebody else")]
    VersionConflict,
    #[error("the form is closed")]
    Closed,
    #[error("something else was sent with this id before")]
    IdTaken,
    #[error("too many answers from this network: try again in {retry_after_seconds} seconds")]
    TooMany { retry_after_seconds: u64 },
}

impl FormError {
    pub(super) fn field(field: &str, allowed: &str) -> Self {
        Self::Invalid(vec![Wrong::new(field, allowed)])
    }

    /// What is counted of an answer that was refused; none where nobody refused it.
    pub(super) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Invalid(_) => Some("invalid"),
            Self::Closed => Some("closed"),
            Self::IdTaken => Some("id_taken"),
            _ => None,
        }
    }
}
