//! What an account is at an instant: a header, and rows beside it.
//!
//! Callers may rely on: an account is rebuilt from its transactions, and equals the one that was loaded from rows; a decision
//! reads the header, the open lots, the open holds and what [`super::needs`] names, so an account in memory may be such a
//! part of the whole. Invariants, checked after each change (L1, L3, L4, L16, L20):
//!
//! - `amount = remaining + consumed + expired + clawed_back` of each lot, none of them negative; `held ≤ remaining`;
//! - available = Σ (remaining − held) of active lots; held = Σ held; pending = Σ remaining of pending lots;
//! - the balance of a member is available + held − debt, and while there is a debt nothing is available.

use super::expiry::Expiry;
use super::ids::{AccountId, Digest, EntryId, LotId};
use super::refusal::Refusal;
use super::wallet::Wallet;
use crate::ids::CustomerNumber;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// That of the last transaction; 0 before the first.
    pub sequence: u64,
    /// When the last transaction had effect. The account's time never goes back, whatever a clock says.
    pub at: Instant,
    /// Of the last transaction; before the first, of the account's id.
    pub hash: Digest,
    pub balance: Balance,
    /// Who took over, where the member was merged: nothing more is posted here.
    pub merged_into: Option<CustomerNumber>,
    pub lots: BTreeMap<LotId, Lot>,
    pub holds: BTreeMap<EntryId, Hold>,
    pub orders: BTreeMap<String, Order>,
    pub credits: BTreeMap<EntryId, Credit>,
    pub debits: BTreeMap<EntryId, Debit>,
    pub requests: BTreeMap<EntryId, AdjustmentRequest>,
    pub merges: BTreeMap<EntryId, Merge>,
    /// What was answered to each idempotency key.
    pub answers: BTreeMap<String, Answer>,
}

/// Sums over the lots, kept so that reading them is reading one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub pending: i64,
    pub available: i64,
    pub held: i64,
    pub debt: i64,
}

/// Points that were earned at once, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    pub id: LotId,
    pub amount: i64,
    pub remaining: i64,
    /// Spent, captured, transferred, adjusted away, or taken for a debt.
    pub consumed: i64,
    pub expired: i64,
    /// Also what was cancelled while it was pending.
    pub clawed_back: i64,
    /// The part of what remains that holds have.
    pub held: i64,
    pub state: LotState,
    /// Smaller ones are spent first.
    pub priority: i16,
    pub earned_at: Instant,
    pub expiry: Expiry,
    /// The first instant at which it cannot be spent; none while that is not known, or never comes.
    pub expires_at: Option<Instant>,
    /// An expiry is taken back once.
    pub is_reinstated: bool,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotState {
    PendingUntil(Instant),
    /// Until this event is told of.
    PendingOn(String),
    Active,
}

/// Where points come from; it travels with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleVersion>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The lot of another member that this was a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotId>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleVersion {
    pub rule: String,
    pub version: u32,
}

/// Points of lots that are put aside: they wait to be captured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: EntryId,
    pub amount: i64,
    /// In the order in which they would have been spent.
    pub parts: Vec<Part>,
    pub opened_at: Instant,
    pub expires_at: Instant,
    pub state: HoldState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    Open,
    Captured(i64),
    Released,
    Expired,
}

/// Points of one lot, in the order in which they were taken, and how many were given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub lot: LotId,
    pub amount: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refunded: i64,
}

fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// What an order earned, over all rules, and what of it was claimed back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub earned: i64,
    pub clawed_back: i64,
    /// What the account did not have, of what was claimed back.
    pub forgiven: i64,
}

/// What an earn or an adjustment upwards gave, the debt that it paid included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub amount: i64,
    pub order: Option<String>,
    pub is_reversed: bool,
}

/// What a spend, a capture or an adjustment downwards took: it can be given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debit {
    pub parts: Vec<Part>,
    /// An adjustment is only reversed, never refunded.
    pub is_adjustment: bool,
}

impl Debit {
    pub fn amount(&self) -> i64 {
        self.parts.iter().map(|part| part.amount).sum()
    }

    pub fn refunded(&self) -> i64 {
        self.parts.iter().map(|part| part.refunded).sum()
    }
}

/// An adjustment that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRequest {
    pub amount: i64,
    pub reason: String,
    /// What proves it.
    pub reference: String,
    pub actor: String,
    pub state: RequestState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    Open,
    Approved,
    Declined,
}

/// What a member brought who was merged into this one: enough to give it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub from: CustomerNumber,
    pub undo_until: Instant,
    pub is_undone: bool,
    pub debt: i64,
    pub lots: Vec<LotId>,
    pub holds: Vec<EntryId>,
    /// What was known here of their orders before: both may have taken part in one.
    pub orders: BTreeMap<String, Order>,
    pub credits: Vec<EntryId>,
    pub debits: Vec<EntryId>,
    pub requests: Vec<EntryId>,
    pub merges: Vec<EntryId>,
    /// Debt of one side that lots of the other one paid.
    pub paid: Vec<Part>,
}

/// All rows of an account, as a merge carries them over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estate {
    pub debt: i64,
    pub lots: Vec<Lot>,
    pub holds: Vec<Hold>,
    pub orders: BTreeMap<String, Order>,
    pub credits: BTreeMap<EntryId, Credit>,
    pub debits: BTreeMap<EntryId, Debit>,
    pub requests: BTreeMap<EntryId, AdjustmentRequest>,
    pub merges: BTreeMap<EntryId, Merge>,
}

/// What was answered to a key: the same body gets the same again, another one is a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub fingerprint: Digest,
    pub sequence: u64,
    /// None where it was posted.
    pub refusal: Option<Refusal>,
}

impl Account {
    pub fn new(member: CustomerNumber, wallet: &Wallet) -> Self {
        let id = AccountId { member, wallet: wallet.code.clone() };
        Self::empty(Digest::of_json(&("perennial ledger 1", &id)), id)
    }

    /// Without rows.
    pub(super) fn empty(hash: Digest, id: AccountId) -> Self {
        Self {
            hash,
            id,
            sequence: 0,
            at: Instant(i64::MIN),
            balance: Balance::default(),
            merged_into: None,
            lots: BTreeMap::new(),
            holds: BTreeMap::new(),
            orders: BTreeMap::new(),
            credits: BTreeMap::new(),
            debits: BTreeMap::new(),
            requests: BTreeMap::new(),
            merges: BTreeMap::new(),
            answers: BTreeMap::new(),
        }
    }

    /// The id of the transaction that comes next, and of what it opens.
    pub fn next_entry(&self) -> EntryId {
        EntryId { member: self.id.member, sequence: self.sequence.saturating_add(1) }
    }

    /// When something happens by itself next: a lot becomes active or expires, or a hold does. The store keeps it in the
    /// row of the account, so that a job finds who is due.
    pub fn next_due(&self) -> Option<Instant> {
        let lots = self.lots.values().filter_map(Lot::due_at);
        let holds = self.holds.values().filter(|hold| hold.is_open()).map(|hold| hold.expires_at);
        lots.chain(holds).min()
    }

    pub fn open_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.values().filter(|lot| lot.remaining > 0)
    }
}

impl Balance {
    /// What the member has, pending left out.
    pub fn total(self) -> i64 {
        self.available + self.held - self.debt
    }
}

impl Lot {
    pub fn is_pending(&self) -> bool {
        self.state != LotState::Active
    }

    /// What can be spent of it.
    pub fn available(&self) -> i64 {
        if self.is_pending() { 0 } else { self.remaining - self.held }
    }

    /// The order in which lots are spent (L6): priority, deadline with "never" last, age, id.
    pub fn spending_order(&self) -> (i16, bool, Option<Instant>, Instant, LotId) {
        (self.priority, self.expires_at.is_none(), self.expires_at, self.earned_at, self.id)
    }

    pub fn is_expired_at(&self, at: Instant) -> bool {
        self.expires_at.is_some_and(|deadline| deadline <= at)
    }

    fn due_at(&self) -> Option<Instant> {
        match self.state {
            LotState::PendingUntil(at) if self.remaining > 0 => Some(at),
            LotState::Active if self.available() > 0 => self.expires_at,
            LotState::PendingUntil(_) | LotState::PendingOn(_) | LotState::Active => None,
        }
    }

    /// L3 and L4.
    pub fn is_whole(&self) -> bool {
        let parts = [self.remaining, self.consumed, self.expired, self.clawed_back];
        parts.iter().all(|part| *part >= 0)
            && parts.iter().map(|part| i128::from(*part)).sum::<i128>() == i128::from(self.amount)
            && (0..=self.remaining).contains(&self.held)
            && (self.held == 0 || !self.is_pending())
    }
}

impl Hold {
    pub fn is_open(&self) -> bool {
        self.state == HoldState::Open
    }
}
