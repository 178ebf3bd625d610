//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use perennial_domain::identity::{MergeError, PARTS_MAX};
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum IdentityError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("no such customer")]
    NoCustomer,
    #[error("no such merge")]
    NoMerge,
    #[error("they are one customer already")]
    SameCustomer,
    #[error("the customer to keep is one of the two that are merged")]
    KeepIsNeither,
    #[error("a customer has at most {PARTS_MAX} profiles")]
    TooManyParts,
    #[error("this merge has been taken back already")]
    AlreadyUndone,
}

impl From<MergeError> for IdentityError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::SameCustomer => Self::SameCustomer,
            MergeError::OtherSurvivor => Self::KeepIsNeither,
            MergeError::TooManyParts => Self::TooManyParts,
        }
    }
}
