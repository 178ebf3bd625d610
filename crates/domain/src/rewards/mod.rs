//! What the brand gives: what an order earns and the ledger that keeps it, discounts and coupons.
//!
//! | what | module |
//! |---|---|
//! | accounts, lots, holds, debt; every change of them, and why | `ledger` |
//! | how much an order earns, for which line, under which cap | `earning` |
//! | the best legal combination of what takes something off a cart, with a trace | `discounts` |
//! | codes, and what becomes of one: locked, redeemed, rolled back, within limits and budgets | `coupons` |
//!
//! The rules that always hold have names (`L10`, `D3`, `C5`, …), and each has a property test of that name. Invariants: integers
//! only, checked; no clock, no randomness; the same input gives the same bytes. `docs/rewards.md` and `docs/discounts.md` say
//! what is decided where systems of this kind disagree.

pub mod coupons;
pub mod discounts;
pub mod earning;
pub mod ledger;
