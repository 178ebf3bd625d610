//! What a decision reads of an account, so that a store loads no more.
//!
//! Always: the header, open lots, open holds, and the answer to the command's key, where there is one. Beyond that, what
//! [`needs`] names. Callers may rely on: a decision on such a part is that on the whole (a test holds it to that). Of a part that
//! lacks what is named a decision is a wrong refusal or a panic, never a wrong transaction.

use super::command::{Body, Command};
use super::ids::{EntryId, LotId};
use super::wallet::Wallet;
use crate::time::{Instant, MICROS_PER_DAY};

/// What is to be loaded beside what always is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs<'a> {
    Nothing,
    /// The order's row.
    Order(&'a str),
    /// The lot, open or not, and the rows of its order and its credit.
    Lot(LotId),
    /// The hold, open or not.
    Hold(EntryId),
    /// The debit's row, or that of the credit with the row of its order; and all lots that the debit's parts name.
    Entry(EntryId),
    Request(EntryId),
    /// Lots whose deadline is this instant or later, open or not.
    ExpiredSince(Instant),
    /// All rows but answers.
    Everything,
}

/// `now` is the clock's instant, or that of the account's last transaction where that is later.
pub fn needs<'a>(wallet: &Wallet, command: &'a Command, now: Instant) -> Needs<'a> {
    match &command.body {
        Body::Earn(earn) => earn.order.as_deref().map_or(Needs::Nothing, Needs::Order),
        Body::Clawback { order, .. } => Needs::Order(order),
        Body::CancelPending { lot } => Needs::Lot(*lot),
        Body::Capture { hold, .. } | Body::Release { hold } => Needs::Hold(*hold),
        Body::Refund { debit: entry, .. } | Body::Reverse { entry } => Needs::Entry(*entry),
        Body::Approve { request } | Body::Decline { request } => Needs::Request(*request),
        Body::Reinstate { .. } => {
            let window_micros = i64::from(wallet.reinstatement_days) * MICROS_PER_DAY;
            Needs::ExpiredSince(Instant(now.0.saturating_sub(window_micros)))
        }
        Body::MergeOut { .. } | Body::MergeIn { .. } | Body::UndoMergeOut { .. } | Body::UndoMergeIn { .. } => {
            Needs::Everything
        }
        Body::Activate { .. }
        | Body::Spend { .. }
        | Body::Hold { .. }
        | Body::TransferOut { .. }
        | Body::TransferIn { .. }
        | Body::Adjust { .. }
        | Body::Activity { .. } => Needs::Nothing,
    }
}
