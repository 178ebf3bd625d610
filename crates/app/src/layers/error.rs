//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::segments::SegmentError;
use perennial_store::StoreError;
use std::fmt;
use thiserror::Error;

/// What is wrong with a layer that somebody wants to save, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerProblem {
    /// A JSON pointer into what was sent: `/stages/2/text`.
    pub pointer: String,
    pub kind: ProblemKind,
    /// What is wrong, and what is allowed.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    OutOfRange,
    /// Another segment has the code.
    Taken,
    Rule,
}

impl fmt::Display for LayerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message)
    }
}

#[derive(Debug, Error)]
pub enum LayerError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// All that is wrong.
    #[error("the layer cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<LayerProblem>),
    #[error("no such layer")]
    NoLayer,
    #[error("no such template")]
    NoTemplate,
    #[error("there is a layer with this code")]
    Taken,
    #[error("it was changed by somebody else")]
    VersionConflict,
    #[error("an archived layer is restored before it is changed")]
    Archived,
    /// Others stand on one of its stages, by code.
    #[error("other segments stand on its stages: {}", .0.join(", "))]
    StoodOn(Vec<String>),
}

impl LayerError {
    pub(super) fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![out_of_range(pointer, message)])
    }
}

pub(super) fn out_of_range(pointer: impl Into<String>, message: impl Into<String>) -> LayerProblem {
    LayerProblem { pointer: pointer.into(), kind: ProblemKind::OutOfRange, message: message.into() }
}
