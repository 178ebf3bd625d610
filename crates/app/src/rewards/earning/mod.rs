//! Orders earn by rules.
//!
//! | what | where |
//! |---|---|
//! | rules in versions | [`define_rule`], [`list_rules`], [`get_rule`], [`archive_rule`] |
//! | what an order would earn, with the arithmetic | [`preview`] |
//! | applied blocks are followed; orders and what came back of them are posted | [`follow_orders`]: `news`, `lives`, `settle` |
//!
//! Tables: `earning_rules`, `order_earnings`, the row `earned_sequence` of `sequences`. Invariants: an order earns by the versions
//! of rules that held when it was placed, for good; what was posted and what the order stands at are one commit, so whoever breaks
//! off or comes twice posts nothing twice; one process follows at a time. Callers may rely on: all that was told up to the kept
//! position has been posted; nothing depends on how facts were split over blocks, or on when the follower came round.

mod follow;
mod lives;
mod news;
mod preview;
mod register;
mod rules;
mod settle;

pub use follow::{Followed, earned_upto, follow_orders};
pub use preview::{Previewed, SuppliedLine, SuppliedOrder, WhyNot, preview};
pub use rules::{ConditionProblem, DefinedRule, RuleSettings, archive_rule, define_rule, get_rule, list_rules};

use super::error::RewardsError;
use crate::pipeline::PipelineError;
use perennial_domain::fact::FactKey;
use perennial_domain::ids::CustomerNumber;
use perennial_history::HistoryError;
use perennial_store::StoreError;
use perennial_store::earning::OrderId;
use thiserror::Error;

/// Why orders could not be followed. Nothing is lost: the next round goes on where this one ended.
#[derive(Debug, Error)]
pub enum EarningError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Rewards(RewardsError),
}

impl From<RewardsError> for EarningError {
    fn from(error: RewardsError) -> Self {
        match error {
            RewardsError::Store(error) => Self::Store(error),
            other => Self::Rewards(other),
        }
    }
}

/// An order of a profile.
type Wanted = (CustomerNumber, FactKey);

fn id_of((profile, key): Wanted) -> OrderId {
    (i64::from(profile.0), key.0.to_be_bytes())
}
