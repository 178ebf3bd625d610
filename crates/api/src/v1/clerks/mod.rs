//! Clerks: where each works, sign-ups, what they earn and when it is paid.

mod clerk_dto;
mod create_clerk;
mod create_incentive_rule;
mod create_settlement;
mod create_sign_up;
pub mod days;
mod end_incentive_rule;
mod get_own_clerk;
mod get_own_statement;
mod get_statement;
mod incentive_dto;
mod list_clerk_ranking;
mod list_clerks;
mod list_incentive_rules;
mod list_settlements;
mod move_clerk;
mod put_clerk_roster;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::clerks::ClerkError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_clerks::handler, create_clerk::handler))
        .routes(routes!(move_clerk::handler))
        .routes(routes!(put_clerk_roster::handler))
        .routes(routes!(get_statement::handler))
        .routes(routes!(list_clerk_ranking::handler))
        .routes(routes!(get_own_clerk::handler))
        .routes(routes!(get_own_statement::handler))
        .routes(routes!(create_sign_up::handler))
        .routes(routes!(list_incentive_rules::handler, create_incentive_rule::handler))
        .routes(routes!(end_incentive_rule::handler))
        .routes(routes!(list_settlements::handler, create_settlement::handler))
}

fn problem_of_clerks(error: ClerkError) -> Problem {
    match error {
        ClerkError::Store(error) => crate::problem_of_store(error),
        ClerkError::Pipeline(error) => Problem::internal(&error),
        ClerkError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        ClerkError::Answered(error) => crate::idempotency::problem_of_answered(error),
        ClerkError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        ClerkError::NotFound | ClerkError::NoClerk => Problem::not_found("clerk"),
        ClerkError::NoRule => Problem::not_found("incentive rule that goes on"),
        ClerkError::IsClerk | ClerkError::NoStore | ClerkError::PeriodClosed => {
            Problem::new(Code::Conflict, error.to_string())
        }
    }
}
