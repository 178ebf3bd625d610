//! The points ledger and what orders earn: each rule of `docs/rewards.md` by its name.

mod back;
mod earning;
mod journal;
mod lots;
mod mutants;
mod orders_told;
mod random;
mod reference;
mod requests;
mod world;
