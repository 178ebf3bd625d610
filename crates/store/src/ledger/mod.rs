//! The points ledger: accounts with their rows, and the journal.
//!
//! | what | where |
//! |---|---|
//! | accounts are locked and read, many at once | `load` |
//! | transactions, the rows that they touch and the header are written together | `save` |
//! | the journal is read; who is due; all accounts | `journal` |
//!
//! Tables: `ledger_accounts` (headers), `ledger_rows` (lots, holds and records), `ledger_transactions` (the journal). Texts of
//! transactions and rows are the domain's.
//!
//! Invariants: who writes an account has locked it by [`lock`] in the same transaction, accounts in the order of their ids, so
//! that nobody waits for each other; what an account is, is read under that lock, with the answers to its keys; an account has
//! one transaction of a number and one of a key; transactions are never changed or removed, which triggers see to.

mod journal;
mod load;
mod save;

pub use journal::{accounts_after, due, statement, transaction, transactions};
pub use load::{Wanted, headers, load, lock};
pub use save::{Written, save};

use crate::error::StoreError;
use perennial_domain::ids::CustomerNumber;

const MEMBER_BITS: u32 = 32;

/// The id of an account in the store: of one wallet they are in the order of the members' numbers.
pub fn account_id(wallet_number: i64, member: CustomerNumber) -> i64 {
    (wallet_number << MEMBER_BITS) | i64::from(member.0)
}

/// The wallet's number and the member of an account.
pub fn parts_of(account_id: i64) -> (i64, CustomerNumber) {
    let member = account_id & i64::from(u32::MAX);
    (account_id >> MEMBER_BITS, CustomerNumber(u32::try_from(member).unwrap_or_default()))
}

/// Something that this program did not write.
fn unreadable(table: &'static str, column: &'static str, account_id: i64) -> StoreError {
    StoreError::Inconsistency { table, column, row: account_id.to_string() }
}
