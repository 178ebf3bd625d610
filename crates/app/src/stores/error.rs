//! What can go otherwise than wished in this slice.

use crate::access::Forbidden;
use crate::access::idempotency::AnsweredMeanwhile;
use perennial_domain::settings::FieldError;
use perennial_domain::stores::Misplaced;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum StoresError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such place")]
    NotFound,
    #[error("no such user")]
    NoUser,
    #[error("the place was changed by somebody else")]
    VersionConflict,
    #[error("a store has this code already")]
    CodeTaken,
    #[error("there are 20000 places already")]
    TooMany,
}

impl StoresError {
    pub(super) fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}

impl From<Misplaced> for StoresError {
    fn from(misplaced: Misplaced) -> Self {
        Self::field(
            "parent",
            match misplaced {
                Misplaced::BelowAStore => "a region: stores have nothing below them",
                Misplaced::Cycle => "a region that is not the place itself nor below it",
                Misplaced::TooDeep => "a region of which no more than 8 levels come together",
            },
        )
    }
}
