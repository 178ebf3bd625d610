//! Why something was not done, with what would be allowed.
//!
//! Invariants: a refusal that depends on the account is recorded under its key, and said again, word by word, to whoever
//! repeats the request (L28); one that does not is not, and leaves the key free. Either says which.

use super::account::{HoldState, RequestState};
use crate::ids::CustomerNumber;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Refusal {
    /// This key has posted: nothing more happens, the answer is that transaction.
    AlreadyPosted {
        sequence: u64,
    },
    /// The key was used for something else.
    KeyConflict {
        sequence: u64,
    },
    Malformed {
        field: String,
        allowed: String,
    },
    /// What is due by itself has to be posted before: [`super::settle`].
    Unsettled {
        due_at: Instant,
    },
    /// Ask the account of that member.
    Merged {
        into: CustomerNumber,
    },
    WrongWallet {
        wallet: String,
    },

    AmountOutOfRange {
        asked: i64,
        min: i64,
        max: i64,
    },
    /// A sum left 64 bits, or an instant the calendar.
    Overflow,
    BalanceAboveLimit {
        balance_max: i64,
        allowed: i64,
    },
    TooManyLots {
        max: u64,
    },
    TooManyHolds {
        max: u64,
    },
    TooManyRows {
        max: u64,
    },
    Insufficient {
        asked: i64,
        available: i64,
    },
    /// Growth is not spent.
    NotSpendable,
    NotTransferable,
    SameMember,

    UnknownHold,
    /// It was resolved: the earlier outcome stands.
    HoldResolved {
        outcome: HoldState,
    },
    CaptureAboveHold {
        asked: i64,
        held: i64,
    },
    UnknownLot,
    NotPending,
    NothingPending,
    UnknownOrder,
    ClawbackAboveEarned {
        asked: i64,
        earned: i64,
    },
    UnknownDebit,
    RefundAboveSpent {
        asked: i64,
        spent: i64,
    },
    UnknownEntry,
    AlreadyReversed,
    /// Some of the order was claimed back: go on with that.
    ClawedBack {
        clawed_back: i64,
    },
    NothingToReinstate {
        from: Instant,
    },
    UnknownRequest,
    RequestResolved {
        outcome: RequestState,
    },
    /// Whoever asks does not approve.
    SameActor,
    UnknownMerge,
    MergeUndone,
    UndoTooLate {
        until: Instant,
    },
    OpenHolds {
        holds: u64,
    },
    NotMerged,
}

impl Refusal {
    /// Whether it is recorded under its key. What is not leaves the key free for another attempt, unless it was used before.
    pub fn is_recorded(&self) -> bool {
        !matches!(
            self,
            Self::AlreadyPosted { .. }
                | Self::KeyConflict { .. }
                | Self::Malformed { .. }
                | Self::Unsettled { .. }
                | Self::Merged { .. }
                | Self::WrongWallet { .. }
        )
    }

    /// What the caller is told beside the reason: whether the same key may come again with a better request.
    pub fn leaves_key_free(&self) -> bool {
        !self.is_recorded() && !matches!(self, Self::AlreadyPosted { .. } | Self::KeyConflict { .. })
    }
}
