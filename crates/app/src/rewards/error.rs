//! What can go otherwise than wished in this slice.

use super::earning::ConditionProblem;
use crate::access::Forbidden;
use perennial_domain::rewards::ledger::{Broken, Refusal};
use perennial_domain::settings::FieldError;
use perennial_store::StoreError;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum RewardsError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// All that is wrong with a definition.
    #[error("some fields cannot be accepted: {}", .0.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    #[error("no such wallet")]
    NoWallet,
    #[error("no such rule")]
    NoRule,
    #[error("the rule is there already: say which version is changed")]
    RuleVersionNeeded,
    /// All that is wrong with the conditions of a rule.
    #[error("the conditions cannot be used: {}", .0.iter().map(|(field, one)| format!("{field}: {one}")).collect::<Vec<_>>().join("; "))]
    Conditions(Vec<ConditionProblem>),
    #[error("no such customer")]
    NoCustomer,
    #[error("the wallet is there already: say which version is changed")]
    VersionNeeded,
    #[error("it was changed by somebody else")]
    VersionConflict,
    /// The ledger does not do it; the key is used, or not, as the refusal says.
    #[error("the ledger refuses it: {}", serde_json::to_string(.0).unwrap_or_default())]
    Refused(Refusal),
    /// What is stored of an account cannot be what the ledger wrote.
    #[error("the account is damaged, `perennial ledger verify` says where: {0}")]
    Damaged(#[from] Broken),
}
