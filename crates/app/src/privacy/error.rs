//! What can go otherwise than wished in this slice.

use super::keys::KeyError;
use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::imports::ImportError;
use crate::pipeline::PipelineError;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum PrivacyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Files(#[from] ImportError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("no such customer")]
    NoCustomer,
    #[error("no such erasure")]
    NoErasure,
    #[error("say why: {allowed}")]
    NoReason { allowed: &'static str },
    /// The saga's row, or a receipt, is not of this program.
    #[error("what is stored of {0} cannot be read")]
    Unreadable(String),
}
