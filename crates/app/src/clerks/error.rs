//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum ClerkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such clerk")]
    NotFound,
    #[error("no such rule, or it was ended before")]
    NoRule,
    #[error("this user is no clerk")]
    NoClerk,
    #[error("this user is a clerk already")]
    IsClerk,
    #[error("the clerk is in no store now")]
    NoStore,
    #[error("this period was closed before: a later one begins where it ended")]
    PeriodClosed,
}

impl ClerkError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
