//! Clerks: where each works, whom they sign up, what that earns, and when it is paid.
//!
//! | what | where |
//! |---|---|
//! | a user becomes a clerk, with a code of the clerk's own; moves between stores | [`create_clerk`], [`move_clerk`] |
//! | the roster of a staff system: many at once, again and again | [`put_roster`] |
//! | a person signs up; the fact takes the way of all facts | [`sign_up`] |
//! | what a block earns and takes back, in the commit that applies it | [`note_clerks`] |
//! | a clerk's own page, the ranking, the statement line by line | [`own_page`], [`ranking`], [`statement`] |
//! | rules, and periods that are closed | [`create_rule`], [`end_rule`], [`settle`] |
//!
//! Tables: `clerks`, `clerk_assignments`, `sign_ups`, `clerk_orders`, `incentive_rules`, `incentive_lines`, `settlements`.
//!
//! Invariants: a clerk is in one store at a time; what was sold or signed up stays with the store that the clerk was in then; a
//! line of a statement has one cause and is there once, whatever is told twice; it is taken back once, by a line of its own that
//! names it; a line is paid by one settlement, and a reversal that comes later is paid by the next. Amounts are integers.

mod change;
mod earn;
mod error;
mod roster;
mod rules;
mod settle;
mod sign_up;
mod view;

pub use change::{NewClerk, create_clerk, move_clerk};
pub(crate) use earn::{SignUpWords, note_clerks};
pub use error::ClerkError;
pub use roster::{ROSTER_MAX, RosterEntry, RosterOutcome, put_roster};
pub use rules::{NewRule, Rule, create_rule, end_rule, list_rules};
pub use settle::{Settlement, list_settlements, settle};
pub use sign_up::{NewSignUp, SignedUp, sign_up};
pub use view::{
    Assignment, Clerk, OwnPage, RankingRow, Sales, SignUp, Statement, StatementLine, Sums, list_clerks, own_page,
    own_statement, ranking, statement,
};
