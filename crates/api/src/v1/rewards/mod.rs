//! Rewards: wallets, what members have of each, and the rules by which orders earn.

mod activate_points;
mod adjust_points;
mod approve_adjustment;
mod archive_earning_rule;
mod capture_points;
mod claw_back_points;
mod decline_adjustment;
mod earn_points;
mod earning_preview_dto;
mod earning_rule_dto;
mod get_earning_rule;
mod get_points_balance;
mod get_wallet;
mod hold_points;
mod list_earning_rules;
mod list_points_transactions;
mod list_wallets;
mod points_dto;
mod preview_earning;
mod put_earning_rule;
mod put_wallet;
mod refund_points;
mod refusal;
mod reinstate_points;
mod release_points;
mod reverse_points;
mod spend_points;
mod transfer_points;
mod wallet_dto;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::rewards::RewardsError;
use perennial_app::rewards::earning::ConditionProblem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_wallets::handler))
        .routes(routes!(get_wallet::handler, put_wallet::handler))
        .routes(routes!(list_earning_rules::handler))
        .routes(routes!(preview_earning::handler))
        .routes(routes!(get_earning_rule::handler, put_earning_rule::handler))
        .routes(routes!(archive_earning_rule::handler))
        .routes(routes!(get_points_balance::handler))
        .routes(routes!(list_points_transactions::handler))
        .routes(routes!(earn_points::handler))
        .routes(routes!(spend_points::handler))
        .routes(routes!(hold_points::handler))
        .routes(routes!(capture_points::handler))
        .routes(routes!(release_points::handler))
        .routes(routes!(activate_points::handler))
        .routes(routes!(claw_back_points::handler))
        .routes(routes!(refund_points::handler))
        .routes(routes!(transfer_points::handler))
        .routes(routes!(adjust_points::handler))
        .routes(routes!(approve_adjustment::handler))
        .routes(routes!(decline_adjustment::handler))
        .routes(routes!(reverse_points::handler))
        .routes(routes!(reinstate_points::handler))
}

fn problem_of_rewards(error: RewardsError) -> Problem {
    match error {
        RewardsError::Store(error) => crate::problem_of_store(error),
        RewardsError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        RewardsError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| {
                    ProblemField::new(format!("/{}", field.field.replace('.', "/")), "out_of_range", field.allowed)
                })
                .collect(),
        ),
        RewardsError::NoWallet => Problem::not_found("wallet"),
        RewardsError::NoRule => Problem::not_found("earning rule"),
        RewardsError::Conditions(problems) => Problem::invalid(problems.into_iter().map(field_of).collect()),
        RewardsError::NoCustomer => Problem::not_found("customer"),
        RewardsError::VersionNeeded | RewardsError::RuleVersionNeeded => {
            Problem::new(Code::PreconditionRequired, error.to_string())
        }
        RewardsError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        RewardsError::Refused(refusal) => refusal::problem_of(&refusal),
        RewardsError::Damaged(_) => Problem::internal(&error),
    }
}

/// Where the body has the condition: as a text, or as JSON.
fn field_of((field, problem): ConditionProblem) -> ProblemField {
    let pointer = match (&problem.span, &problem.pointer) {
        (None, Some(pointer)) => format!("/{field}/rule{pointer}"),
        (Some(_), _) | (None, None) => format!("/{field}/text"),
    };
    ProblemField::new(pointer, "malformed", problem.to_string())
}
