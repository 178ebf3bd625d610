//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::customers::CustomerError;
use crate::pipeline::PipelineError;
use crate::segments::SegmentError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum KeyCustomerError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error(transparent)]
    Customer(#[from] CustomerError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such segment")]
    NoSegment,
    #[error("no contact is promised to this segment")]
    NoPromise,
    #[error("no such customer")]
    NoCustomer,
    #[error("somebody else has changed this promise meanwhile")]
    Changed,
    #[error("contact is promised to this segment: to change it, send its ETag as If-Match")]
    Exists,
    /// By its code.
    #[error("there is a segment {0} that says something else: whoever is overdue would be in one of that code")]
    Taken(String),
}

impl KeyCustomerError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
