//! What is appended: one transaction, with its lines and the rows it changes.
//!
//! Invariants: lines sum to zero, and are what the changes move (L2); each line that leaves a lot has its consumption row (L5);
//! transactions of an account are numbered without gaps, their instants never go back, and each carries the hash of the one
//! before, so that none can be changed, left out or put in without it being seen (L29). Stored transactions are read by every
//! later version: fields and kinds are added, never changed, and new fields are left out of the text where they are empty.

use super::account::{
    Account, AdjustmentRequest, Estate, Hold, HoldState, Lot, Merge, Order, RequestState, RuleVersion,
};
use super::ids::{AccountId, Digest, EntryId, LotId};
use super::refusal::Refusal;
use crate::ids::CustomerNumber;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub account: AccountId,
    pub sequence: u64,
    /// When it has effect: for what is due by itself the instant at which it was due, whenever a job came round to it.
    pub at: Instant,
    pub key: String,
    pub fingerprint: Digest,
    pub kind: Kind,
    pub actor: String,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The version of the wallet's definition under which it was decided.
    pub wallet_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleVersion>,
    /// Of a refused request: why. Such a transaction has no lines and changes nothing but the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    pub lines: Vec<Line>,
    pub changes: Vec<Change>,
    pub previous: Digest,
    pub hash: Digest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Earn,
    Activate,
    CancelPending,
    Spend,
    Hold,
    Capture,
    Release,
    HoldExpiry,
    Expiry,
    Clawback,
    Refund,
    TransferOut,
    TransferIn,
    Adjust,
    RequestAdjustment,
    Approve,
    Decline,
    Reverse,
    Reinstate,
    Activity,
    MergeOut,
    MergeIn,
    UndoMergeOut,
    UndoMergeIn,
}

/// An account of the double entry. The first four are the member's: what the brand owes; the others are the brand's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Pending,
    Available,
    Held,
    /// Never above zero: what the member owes.
    Debt,
    Issued,
    Redeemed,
    Expired,
    ClawedBack,
    Adjusted,
    Transferred,
    Merged,
}

impl Place {
    pub fn is_member(self) -> bool {
        matches!(self, Self::Pending | Self::Available | Self::Held | Self::Debt)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub place: Place,
    /// What the place gains; less than zero where it gives.
    pub amount: i64,
}

/// A change of one row. A store writes each as one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    LotOpened {
        lot: Lot,
        source: Place,
    },
    LotActivated {
        lot: LotId,
        amount: i64,
        expires_at: Option<Instant>,
    },
    /// A consumption row: so much of what remains of a lot went.
    LotTaken {
        lot: LotId,
        amount: i64,
        from: Place,
        to: Place,
    },
    /// What was taken comes back; of a debit that is given back, which.
    LotRestored {
        lot: LotId,
        amount: i64,
        from: Place,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        debit: Option<EntryId>,
    },
    LotDeadline {
        lot: LotId,
        expires_at: Option<Instant>,
    },
    /// A part of a hold is free again.
    LotFreed {
        lot: LotId,
        amount: i64,
    },
    HoldOpened {
        hold: Hold,
    },
    HoldClosed {
        hold: EntryId,
        state: HoldState,
    },
    DebtRaised {
        amount: i64,
        to: Place,
    },
    DebtPaid {
        amount: i64,
        from: Place,
    },
    CreditOpened {
        amount: i64,
        order: Option<String>,
    },
    CreditReversed {
        credit: EntryId,
    },
    OrderClawedBack {
        order: String,
        amount: i64,
        forgiven: i64,
    },
    RequestOpened {
        request: AdjustmentRequest,
    },
    RequestClosed {
        request: EntryId,
        state: RequestState,
    },
    /// All rows leave with a merge.
    Left {
        into: CustomerNumber,
        estate: Totals,
    },
    /// Rows of a merged member come; `merge` where it can be undone.
    Joined {
        estate: Box<Estate>,
        merge: Option<Box<Merge>>,
    },
    /// Rows go back to whom they came from; `kept` are the parts of lots that were consumed here, each a lot of its own whose
    /// origin names the lot that it was a part of, and debits that stay name it from then on; `orders` are those that both knew,
    /// as they are without the other's part.
    Parted {
        merge: EntryId,
        estate: Box<Estate>,
        kept: Vec<Lot>,
        orders: BTreeMap<String, Order>,
    },
}

/// What an estate is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub pending: i64,
    pub available: i64,
    pub held: i64,
    pub debt: i64,
}

/// An amount that goes from one place to another.
pub(super) type Flow = (Place, Place, i64);

impl Change {
    pub(super) fn flows(&self) -> Vec<Flow> {
        use Place::{Available, Debt, Held, Merged, Pending};
        match self {
            Self::LotOpened { lot, source } => {
                vec![(*source, if lot.is_pending() { Pending } else { Available }, lot.remaining)]
            }
            Self::LotActivated { amount, .. } => vec![(Pending, Available, *amount)],
            Self::LotTaken { amount, from, to, .. } => vec![(*from, *to, *amount)],
            Self::LotRestored { amount, from, .. } => vec![(*from, Available, *amount)],
            Self::LotFreed { amount, .. } => vec![(Held, Available, *amount)],
            Self::HoldOpened { hold } => vec![(Available, Held, hold.amount)],
            Self::DebtRaised { amount, to } => vec![(Debt, *to, *amount)],
            Self::DebtPaid { amount, from } => vec![(*from, Debt, *amount)],
            Self::Left { estate, .. } => leaving(*estate),
            Self::Joined { estate, .. } => {
                let totals = estate.totals();
                vec![
                    (Merged, Pending, totals.pending),
                    (Merged, Available, totals.available),
                    (Merged, Held, totals.held),
                    (Debt, Merged, totals.debt),
                ]
            }
            Self::Parted { estate, .. } => leaving(estate.totals()),
            Self::LotDeadline { .. }
            | Self::HoldClosed { .. }
            | Self::CreditOpened { .. }
            | Self::CreditReversed { .. }
            | Self::OrderClawedBack { .. }
            | Self::RequestOpened { .. }
            | Self::RequestClosed { .. } => Vec::new(),
        }
    }
}

fn leaving(totals: Totals) -> Vec<Flow> {
    vec![
        (Place::Pending, Place::Merged, totals.pending),
        (Place::Available, Place::Merged, totals.available),
        (Place::Held, Place::Merged, totals.held),
        (Place::Merged, Place::Debt, totals.debt),
    ]
}

impl Estate {
    pub fn totals(&self) -> Totals {
        let mut totals = Totals { debt: self.debt, ..Totals::default() };
        for lot in &self.lots {
            totals.available += lot.available();
            totals.held += lot.held;
            totals.pending += if lot.is_pending() { lot.remaining } else { 0 };
        }
        totals
    }

    pub fn rows(&self) -> usize {
        let records = self.orders.len() + self.credits.len() + self.debits.len() + self.requests.len();
        self.lots.len() + self.holds.len() + records + self.merges.len()
    }
}

/// The lines of changes: what each place gains in all; places that gain nothing have none. `None` beyond 64 bits, and where
/// something flows backwards.
pub(super) fn lines_of(changes: &[Change]) -> Option<Vec<Line>> {
    let mut gains: BTreeMap<Place, i64> = BTreeMap::new();
    for (from, to, amount) in changes.iter().flat_map(Change::flows) {
        if amount < 0 {
            return None;
        }
        for (place, gain) in [(from, amount.checked_neg()?), (to, amount)] {
            let sum = gains.entry(place).or_default();
            *sum = sum.checked_add(gain)?;
        }
    }
    let lines = gains.into_iter().filter(|(_, amount)| *amount != 0);
    Some(lines.map(|(place, amount)| Line { place, amount }).collect())
}

impl Transaction {
    pub fn id(&self) -> EntryId {
        EntryId { member: self.account.member, sequence: self.sequence }
    }

    /// What the hash of this transaction is to be: of all its fields but the hash.
    pub fn expected_hash(&self) -> Digest {
        Digest::of_json(&(
            (&self.account, self.sequence, self.at, &self.key, self.fingerprint, self.kind),
            (&self.actor, &self.reason, &self.reference, self.wallet_version, &self.rule, &self.refusal),
            (&self.lines, &self.changes, self.previous),
        ))
    }

    /// What a place gains by it.
    pub fn gain(&self, place: Place) -> i64 {
        self.lines.iter().filter(|line| line.place == place).map(|line| line.amount).sum()
    }

    /// Whether it may follow on an account as it is: the next number, the hash before, a time that does not go back.
    pub fn follows(&self, account: &Account) -> bool {
        self.account == account.id
            && account.sequence.checked_add(1) == Some(self.sequence)
            && self.previous == account.hash
            && self.at >= account.at
    }
}
