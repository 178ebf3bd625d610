//! Receipts with a code: a till tells an order of nobody, and whoever holds the paper makes it their own.
//!
//! | what | where | commit |
//! |---|---|---|
//! | a till tells an order and asks for a code | [`issue`] | the order as any other; then the row with the token's hash |
//! | somebody opens the page | [`open_page`] | that of all messages: a fact `Receipt Scanned` |
//! | they sign up, and the order is theirs | [`claim`] | the row, and three facts: `Receipt Claimed`, `Signed Up`, the order |
//! | the facts are applied: whose it is, which store signed them up | [`note_receipts`] | that of the facts |
//! | who claimed what, for the operator | [`list_receipts`] | none |
//!
//! Tables: `receipts`, and a document in `settings`. Invariants: until it is claimed the order is a guest's, and counts as one;
//! of any number who claim it at the same time, one gets it; of what was paid back before, nothing comes to whoever claims it,
//! and nothing is claimed of which nothing is left, or that was told otherwise than it was printed; what the till tells of the
//! order afterwards, without knowing anybody, finds its customer; what somebody types makes one customer of no two who are known;
//! the page says nothing of anybody, also not whether a number is known.

mod claim;
mod issue;
mod note;
mod page;
mod settings;
mod view;

pub use claim::{Outcome, SignUp, claim};
pub use issue::{Issued, issue};
pub(crate) use note::note_receipts;
pub use page::{Page, PageConsent, Shown, open_page};
pub use settings::{VersionedReceiptSettings, put_receipt_settings, receipt_settings};
pub use view::{Receipt, list_receipts};

use crate::App;
use crate::access::Forbidden;
use crate::pipeline::PipelineError;
use crate::tracking::IntakeError;
use crate::upserts::UpsertError;
use perennial_domain::settings::FieldError;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::upsert::ItemError;
use perennial_store::{StoreError, receipts as table};
use thiserror::Error;

/// What people say on the page of a receipt is told by this source: they speak for themselves.
pub const RECEIPTS_SOURCE: &str = "src_receipts";
/// A receipt that ended, and that nobody claimed, can be looked at for so long.
const EXPIRED_DAYS: i64 = 90;

#[derive(Debug, Error)]
pub enum ReceiptError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Upsert(#[from] UpsertError),
    /// With pointers into the request.
    #[error("the order cannot be accepted")]
    Order(Vec<ItemError>),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<FieldError>),
    #[error("no such receipt: look at the code again")]
    Unknown,
    #[error("the order has its customer already")]
    Claimed,
    #[error("the settings of receipts were changed by somebody else")]
    VersionConflict,
}

impl ReceiptError {
    fn field(field: &'static str, allowed: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field, allowed }])
    }
}

/// For the daily clean-up.
pub(crate) async fn forget_expired(app: &App) -> Result<u64, StoreError> {
    let before = Instant(app.clock.now().0 - EXPIRED_DAYS * MICROS_PER_DAY);
    let mut tx = app.store.write().await?;
    let removed = table::remove_expired(&mut tx, before).await?;
    tx.commit().await?;
    Ok(removed)
}
