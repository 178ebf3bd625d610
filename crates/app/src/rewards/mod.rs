//! Rewards: wallets, and the points ledger with its journal.
//!
//! | what | where |
//! |---|---|
//! | wallets in versions | [`define_wallet`], [`list_wallets`], [`get_wallet`] |
//! | requests to accounts, many in one commit | [`post_many`], [`Desk`]; of one member, by somebody who may: [`ask`], [`ask_at`] |
//! | what a member has, and how it came | [`balance`], [`statement`] |
//! | what is due by itself is posted, of everybody | [`close_day`] |
//! | accounts follow customers who are merged or parted, in the same commit | `join_accounts`, `part_accounts` |
//! | the journal proves what is stored | [`verify`] |
//! | orders earn by rules | [`earning`] |
//!
//! Tables: `wallets`, `wallet_versions`, `ledger_accounts`, `ledger_rows`, `ledger_transactions`. Invariants: what happens to
//! an account is decided by the pure core (`perennial_domain::rewards::ledger`) on what is read under its lock, and written in
//! the same commit; a key has one effect and one answer, for good. Callers may rely on: nothing here depends on whether a job
//! came round; what is due is posted before whatever is asked.

mod book;
mod close_day;
mod desk;
pub mod earning;
mod error;
mod merges;
mod points;
mod post;
mod read;
mod verify;
mod wallets;

pub use close_day::{DayClose, close_day};
pub use desk::Desk;
pub use error::RewardsError;
pub(crate) use merges::{Turn, join_accounts, part_accounts};
pub use points::{Ask, Wish, ask, ask_at};
pub use post::{Posted, Request, post_many};
pub(crate) use read::Postings;
pub use read::{PointsBalance, balance, statement};
pub(crate) use verify::run_job;
pub use verify::{Difference, Proof, verify};
pub use wallets::{DefinedWallet, WalletDefinition, define_wallet, get_wallet, list_wallets};
