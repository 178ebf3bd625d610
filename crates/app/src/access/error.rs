//! What can go otherwise than wished in this slice.

use super::actor::Forbidden;
use super::idempotency::AnsweredMeanwhile;
use perennial_store::StoreError;
use thiserror::Error;

/// One field of a request that cannot be accepted, with what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: &'static str,
    pub code: &'static str,
    pub allowed: String,
}

impl FieldProblem {
    pub fn new(field: &'static str, code: &'static str, allowed: impl Into<String>) -> Self {
        Self { field, code, allowed: allowed.into() }
    }
}

#[derive(Debug, Error)]
pub enum AccessError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    /// Unknown account, wrong password, disabled account: one answer for all of them.
    #[error("the mail address or the password is wrong")]
    InvalidCredentials,
    #[error("too many failed tries; the next one is possible in {retry_after_seconds} seconds")]
    TooManyTries { retry_after_seconds: u64 },
    #[error("the sign-in link is unknown, used or expired")]
    LinkInvalid,
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldProblem>),
    #[error("another user has this mail address")]
    EmailTaken,
    #[error("no such user")]
    UserNotFound,
    #[error("this user is disabled; activate the user first")]
    UserDisabled,
    #[error("no such token")]
    TokenNotFound,
    #[error("this is the last active administrator")]
    LastAdministrator,
    #[error("somebody else changed this user at the same time; look again")]
    ChangedMeanwhile,
    /// The hashing library refused; a fault of ours.
    #[error("password hashing failed: {0}")]
    Hashing(String),
}

impl AccessError {
    pub(super) fn field(field: &'static str, code: &'static str, allowed: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldProblem::new(field, code, allowed)])
    }
}
