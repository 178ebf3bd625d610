//! What can go otherwise than wished in this slice.

use super::read::ReadProblem;
use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::customers::CustomerError;
use crate::pipeline::PipelineError;
use perennial_domain::rules::oracle::NoThreshold;
use perennial_domain::settings::FieldError;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SegmentError {
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
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// All that is wrong with the rule.
    #[error("the rule cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rule(Vec<ReadProblem>),
    #[error("no such segment")]
    NoSegment,
    #[error("no such tag")]
    NoTag,
    #[error("no such customer")]
    NoCustomer,
    #[error("there is a segment with this code")]
    Taken,
    /// By the code of its layer.
    #[error("it is a stage of the layer {0}: it is changed, archived and restored with the layer")]
    Stage(String),
    /// By the code of the segment whose customers were promised contact.
    #[error("it says who is overdue of the promise of contact to {0}: it is changed and archived with that")]
    Promised(String),
    #[error("it was changed by somebody else")]
    VersionConflict,
    /// Others stand on it, by code.
    #[error("other segments stand on it: {}", .0.join(", "))]
    StoodOn(Vec<String>),
    #[error("a rule is answered for customers with at most {max} facts; this one has more")]
    TooManyFacts { max: usize },
    #[error(transparent)]
    NoThreshold(#[from] NoThreshold),
    #[error(transparent)]
    Tag(#[from] crate::tags::TagError),
    #[error("who is in which segment is being worked out: ask again in a moment")]
    NotBuilt,
    /// More comes in than can be followed, as while a file is imported.
    #[error("facts come in faster than they are followed: ask again in a moment")]
    Behind,
    #[error("who was in the segment then is not known: it is kept since it was made, for 400 days")]
    NotKept,
    #[error("the answer broke off: {0}")]
    BrokeOff(String),
}

impl SegmentError {
    pub(super) fn of_customers(error: CustomerError) -> Self {
        match error {
            CustomerError::Store(error) => error.into(),
            other => Self::BrokeOff(other.to_string()),
        }
    }

    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}
