//! The form in which a store keeps transactions and the rows of accounts, and which rows transactions change.
//!
//! Texts are JSON and read by every later version: fields are added, never changed. Callers may rely on: an account that is
//! put together from its header and the texts of its rows equals the one that they were made of; a row that [`touched`] does
//! not name is as it was before.

use super::account::{Account, Hold, Lot};
use super::ids::{EntryId, LotId};
use super::transaction::{Change, Place, Transaction};
use crate::time::Instant;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// What a row of an account goes by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowId {
    Lot(LotId),
    Hold(EntryId),
    Order(String),
    Credit(EntryId),
    Debit(EntryId),
    Request(EntryId),
    Merge(EntryId),
}

/// A row as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    pub kind: &'static str,
    /// Unique among those of its kind.
    pub id: String,
    /// A lot of which something remains, or a hold that waits: each decision reads them.
    pub is_open: bool,
    /// Of a lot.
    pub expires_at: Option<Instant>,
    pub text: String,
}

/// What is stored is no text of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored row of the ledger cannot be read")]
pub struct Unreadable;

impl RowId {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Lot(_) => "lot",
            Self::Hold(_) => "hold",
            Self::Order(_) => "order",
            Self::Credit(_) => "credit",
            Self::Debit(_) => "debit",
            Self::Request(_) => "request",
            Self::Merge(_) => "merge",
        }
    }

    /// Without the kind.
    pub fn id(&self) -> String {
        match self {
            Self::Lot(id) => id.to_string(),
            Self::Order(name) => name.clone(),
            Self::Hold(id) | Self::Credit(id) | Self::Debit(id) | Self::Request(id) | Self::Merge(id) => id.to_string(),
        }
    }
}

impl Transaction {
    pub fn text(&self) -> String {
        text_of(self)
    }

    pub fn from_text(text: &str) -> Result<Self, Unreadable> {
        read(text)
    }
}

impl Account {
    /// The ids of all rows.
    pub fn row_ids(&self) -> BTreeSet<RowId> {
        let mut ids: BTreeSet<RowId> = self.lots.keys().copied().map(RowId::Lot).collect();
        ids.extend(self.holds.keys().copied().map(RowId::Hold));
        ids.extend(self.orders.keys().cloned().map(RowId::Order));
        ids.extend(self.credits.keys().copied().map(RowId::Credit));
        ids.extend(self.debits.keys().copied().map(RowId::Debit));
        ids.extend(self.requests.keys().copied().map(RowId::Request));
        ids.extend(self.merges.keys().copied().map(RowId::Merge));
        ids
    }

    /// The ids of those that each decision reads.
    pub fn open_row_ids(&self) -> BTreeSet<RowId> {
        let lots = self.open_lots().map(|lot| RowId::Lot(lot.id));
        let holds = self.holds.values().filter(|hold| hold.is_open()).map(|hold| RowId::Hold(hold.id));
        lots.chain(holds).collect()
    }

    /// `None` where there is no such row.
    pub fn stored_row(&self, id: &RowId) -> Option<StoredRow> {
        let lot = |id: &LotId| self.lots.get(id);
        let text = match id {
            RowId::Lot(id) => text_of(lot(id)?),
            RowId::Hold(id) => text_of(self.holds.get(id)?),
            RowId::Order(name) => text_of(self.orders.get(name)?),
            RowId::Credit(id) => text_of(self.credits.get(id)?),
            RowId::Debit(id) => text_of(self.debits.get(id)?),
            RowId::Request(id) => text_of(self.requests.get(id)?),
            RowId::Merge(id) => text_of(self.merges.get(id)?),
        };
        let (is_open, expires_at) = match id {
            RowId::Lot(id) => lot(id).map_or((false, None), |lot| (lot.remaining > 0, lot.expires_at)),
            RowId::Hold(id) => (self.holds.get(id).is_some_and(Hold::is_open), None),
            _ => (false, None),
        };
        Some(StoredRow { kind: id.kind(), id: id.id(), is_open, expires_at, text })
    }

    /// Puts a stored row in its place; the header is the caller's.
    pub fn put_row(&mut self, kind: &str, id: &str, text: &str) -> Result<(), Unreadable> {
        let entry = || id.parse::<EntryId>().map_err(|_| Unreadable);
        match kind {
            "lot" => {
                let lot: Lot = read(text)?;
                self.lots.insert(lot.id, lot);
            }
            "hold" => {
                self.holds.insert(entry()?, read(text)?);
            }
            "order" => {
                self.orders.insert(id.to_owned(), read(text)?);
            }
            "credit" => {
                self.credits.insert(entry()?, read(text)?);
            }
            "debit" => {
                self.debits.insert(entry()?, read(text)?);
            }
            "request" => {
                self.requests.insert(entry()?, read(text)?);
            }
            "merge" => {
                self.merges.insert(entry()?, read(text)?);
            }
            _ => return Err(Unreadable),
        }
        Ok(())
    }
}

/// The rows that transactions changed, opened or took away; `account` is what they led to. `None` where that is any row: a
/// merge and its undoing carry all over.
pub fn touched(account: &Account, appended: &[Transaction]) -> Option<BTreeSet<RowId>> {
    let mut rows = BTreeSet::new();
    for transaction in appended {
        for change in &transaction.changes {
            touch(account, transaction.id(), change, &mut rows)?;
        }
    }
    Some(rows)
}

fn touch(account: &Account, entry: EntryId, change: &Change, rows: &mut BTreeSet<RowId>) -> Option<()> {
    match change {
        Change::LotOpened { lot, .. } => {
            rows.insert(RowId::Lot(lot.id));
        }
        Change::LotActivated { lot, .. } | Change::LotDeadline { lot, .. } | Change::LotFreed { lot, .. } => {
            rows.insert(RowId::Lot(*lot));
        }
        Change::LotTaken { lot, to, .. } => {
            rows.insert(RowId::Lot(*lot));
            if matches!(to, Place::Redeemed | Place::Adjusted) {
                rows.insert(RowId::Debit(entry));
            }
        }
        Change::LotRestored { lot, debit, .. } => {
            rows.insert(RowId::Lot(*lot));
            rows.extend(debit.map(RowId::Debit));
        }
        Change::HoldOpened { hold } => {
            rows.insert(RowId::Hold(hold.id));
            rows.extend(hold.parts.iter().map(|part| RowId::Lot(part.lot)));
        }
        Change::HoldClosed { hold, .. } => {
            rows.insert(RowId::Hold(*hold));
        }
        Change::CreditOpened { order, .. } => {
            rows.insert(RowId::Credit(entry));
            rows.extend(order.clone().map(RowId::Order));
        }
        Change::CreditReversed { credit } => {
            rows.insert(RowId::Credit(*credit));
            let order = account.credits.get(credit).and_then(|credit| credit.order.clone());
            rows.extend(order.map(RowId::Order));
        }
        Change::OrderClawedBack { order, .. } => {
            rows.insert(RowId::Order(order.clone()));
        }
        Change::RequestOpened { .. } => {
            rows.insert(RowId::Request(entry));
        }
        Change::RequestClosed { request, .. } => {
            rows.insert(RowId::Request(*request));
        }
        Change::DebtRaised { .. } | Change::DebtPaid { .. } => {}
        Change::Left { .. } | Change::Joined { .. } | Change::Parted { .. } => return None,
    }
    Some(())
}

/// Nothing of the ledger has a key that is no text, so that each value has a text.
fn text_of<T: Serialize>(value: &T) -> String {
    let text = serde_json::to_string(value);
    debug_assert!(text.is_ok(), "a value of the ledger has no JSON text");
    text.unwrap_or_default()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|_| Unreadable)
}
