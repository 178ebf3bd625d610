//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SourceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such source")]
    NotFound,
    #[error("the source was changed by somebody else")]
    VersionConflict,
}
