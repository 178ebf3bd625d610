//! Unit codes: each package of a batch carries its own, and whoever claims it first is promised the batch's reward, once.
//!
//! Tables: `unit_batches`, `unit_codes`, `unit_scans`. Invariants: codes are shown once, when they are made, and kept as
//! hashes; a claim is decided by one row in one commit together with its fact (`Unit Code Scanned`), its scan and its entry in
//! the audit log, so that of any number at the same time one gets it; every later scan is told that the code is used, and
//! counted; wrong codes are counted for the address that sends them, and too many have to wait.
//!
//! The reward is recorded, not paid: what it was called and how much of it there was, in fact and audit log. Points have
//! their own ledger, which will take it from there.

mod batches;
mod claim;

pub use batches::{Batch, BatchView, NewBatch, UnitScan, create_batch, list_batches, set_batch_state, unit_scans};
pub(crate) use claim::note_scanners;
pub use claim::{Claimed, Outcome, claim_unit};

use crate::access::idempotency::AnsweredMeanwhile;
use crate::access::{AccessError, Forbidden};
use crate::pipeline::PipelineError;
use crate::tracking::IntakeError;
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

/// The event of a scan.
pub const SCANNED: &str = "Unit Code Scanned";

#[derive(Debug, Error)]
pub enum UnitError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Answered(#[from] AnsweredMeanwhile),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such batch")]
    NotFound,
    #[error("no such code: look at it again")]
    UnknownCode,
    #[error("too many wrong codes: try again in {retry_after_seconds} seconds")]
    TooManyGuesses { retry_after_seconds: u64 },
    #[error("the batch was changed by somebody else")]
    VersionConflict,
}
