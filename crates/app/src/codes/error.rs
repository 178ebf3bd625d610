//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::tracking::IntakeError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum CodeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Of the item of that list at that place, counted from 0, where there are several.
    #[error("some fields cannot be accepted")]
    Invalid(Option<(&'static str, usize)>, Vec<FieldError>),
    #[error("no such code")]
    NotFound,
    #[error("the code was changed by somebody else")]
    VersionConflict,
}
