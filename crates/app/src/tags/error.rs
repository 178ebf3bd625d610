//! What can go wrong with tags.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum TagError {
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
    #[error("no such group of tags")]
    NoGroup,
    #[error("no such tag")]
    NoTag,
    #[error("no such customer")]
    NoCustomer,
    #[error("the tag {tag} follows the segment {segment}: it is set and removed by its rule alone")]
    Automatic { tag: String, segment: String },
    #[error("the code is taken")]
    Taken,
    #[error("it was changed by somebody else")]
    VersionConflict,
}

impl TagError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
