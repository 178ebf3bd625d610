//! The points ledger: what each member has of each wallet, to the unit, and why.
//!
//! An [`Account`] is one member's one wallet. It changes by [`Transaction`]s only, which are appended and never changed: each
//! has lines that sum to zero, the rows of lots that it moves, who asked and why, and the hash of the one before. What is
//! asked is a [`Command`]; [`decide`] says what it does, [`apply()`] does it. `docs/rewards.md` tells users of it.
//!
//! | what | module |
//! |---|---|
//! | what a wallet is; until when lots live | `wallet`, `expiry` |
//! | accounts and their rows | `account`, `ids` |
//! | what is asked, and why it is not done | `command`, `refusal` |
//! | what is appended; the hash chain | `transaction` |
//! | from a command to a transaction | `decide`, on `draft` |
//! | from transactions to the account | `apply` |
//! | what a store loads for a decision; the form in which it keeps rows, and which of them change | `needs`, `stored` |
//! | limits | `limits` |
//!
//! # What a store guarantees
//!
//! The core is pure, so what several writers do at once is the store's to order:
//!
//! 1. **One writer an account.** The account is loaded under a lock that is held until the commit (on PostgreSQL
//!    `SELECT … FOR UPDATE` of its row, which is put there before its first use), or not locked and the commit refused where the
//!    sequence has moved. Of two accounts the one with the smaller member number is locked first.
//! 2. **Unique (account, sequence), unique (account, key).** A second writer with the same number, or the same key, fails, and
//!    begins anew by loading.
//! 3. **One commit** for the transactions, the rows that their changes touch, and the header: sequence, instant, hash, sums,
//!    heir, [`Account::next_due`]; for both accounts of a transfer or a merge.
//! 4. **The key is looked up under the lock**: its answer is a part of what is loaded. One that was looked up before is no answer.
//! 5. Transactions are never updated or deleted.
//!
//! Invariants: integers only, checked; no clock, no randomness; equal input gives equal bytes.

mod account;
mod apply;
mod command;
mod decide;
mod draft;
mod expiry;
mod ids;
pub mod limits;
mod needs;
mod refusal;
mod stored;
mod transaction;
mod wallet;

pub use account::{
    Account, AdjustmentRequest, Answer, Balance, Credit, Debit, Estate, Hold, HoldState, Lot, LotState, Merge, Order,
    Origin, Part, RequestState, RuleVersion,
};
pub use apply::{Broken, apply, replay, replay_onto};
pub use command::{Body, Command, Earn, OWN_KEYS};
pub use decide::{PairPosting, Posting, decide, merge, post, post_both, refused, settle, transfer, undo_merge};
pub use expiry::{ACTIVATION_ALLOWED, Activation, Expiry, Length, LifeFrom, Period};
pub use ids::{AccountId, Digest, EntryId, LotId};
pub use needs::{Needs, needs};
pub use refusal::Refusal;
pub use stored::{RowId, StoredRow, Unreadable, touched};
pub use transaction::{Change, Kind, Line, Place, Totals, Transaction};
pub use wallet::{ExcessClawback, ExpiredRefund, Wallet, WalletKind, WalletLimits, WalletZone};
