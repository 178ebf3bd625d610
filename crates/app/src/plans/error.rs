//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::pipeline::PipelineError;
use perennial_domain::plan;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum PlanError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("facts cannot be read or moved: {0}")]
    Pipeline(#[from] PipelineError),
    #[error("the plan cannot be accepted as it is")]
    Invalid(Vec<plan::PlanError>),
    #[error("{field}: {allowed}")]
    OutOfRange { field: &'static str, allowed: &'static str },
    #[error("no such source")]
    NoSource,
    #[error("the plan was changed by somebody else")]
    VersionConflict,
    #[error("there is no draft to freeze: generate or write one first")]
    NoDraft,
    #[error("nothing came in this time that a plan could be made from")]
    NothingSeen,
}
