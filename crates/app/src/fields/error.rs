//! What can go wrong with fields.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum FieldsError {
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
    /// Values that are none of their fields: name, and what would be one.
    #[error("some values cannot be accepted")]
    Values(Vec<(String, String)>),
    #[error("no such field")]
    NoField,
    #[error("no such customer")]
    NoCustomer,
    #[error("there is a field with this name already")]
    Taken,
    #[error("it was changed by somebody else")]
    VersionConflict,
}

impl FieldsError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
