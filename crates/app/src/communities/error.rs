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
pub enum CommunityError {
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
    #[error("no such community")]
    NoCommunity,
    #[error("no such group")]
    NoGroup,
    #[error("no such segment")]
    NoSegment,
    #[error("no such customer, or not invited")]
    NotInvited,
    #[error("there is a community with this code")]
    Taken,
    #[error("another group has this code, or would have one of this community's")]
    GroupTaken,
    #[error("it was changed by somebody else")]
    Changed,
    #[error("the community is archived: restore it first")]
    Archived,
    #[error("the segment of this community is archived: nobody is in it")]
    SegmentArchived,
    #[error("a touch-point told that they joined, and nobody wrote it down by hand: there is nothing to take back")]
    Told,
}

impl CommunityError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
