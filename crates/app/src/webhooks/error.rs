//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use crate::sealed::SealError;
use perennial_connect::webhook::TargetError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum WebhookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("the address cannot be used: {0}")]
    Target(#[from] TargetError),
    #[error("no such webhook")]
    NotFound,
    #[error("no such event, or one from more than seven days ago")]
    NoEvent,
    #[error("the webhook was changed by somebody else")]
    VersionConflict,
    #[error("the webhook is paused: resume it first")]
    Paused,
    #[error("there are 20 webhooks already: remove one first")]
    TooMany,
}
