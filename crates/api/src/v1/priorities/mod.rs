//! Priorities of plans, and decisions by them.

mod create_plan_decision;
mod get_plan_priorities;
mod list_plan_decisions;
mod priority_dto;
mod put_plan_priorities;

use super::matrices::problem_of_misplaced;
use super::segments::problem_of_segments;
use crate::problem::{Code, Problem};
use crate::state::ApiState;
use perennial_app::priorities::PriorityError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_plan_priorities::handler, put_plan_priorities::handler))
        .routes(routes!(list_plan_decisions::handler, create_plan_decision::handler))
}

fn problem_of_priorities(error: PriorityError) -> Problem {
    match error {
        PriorityError::Store(error) => crate::problem_of_store(error),
        PriorityError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        PriorityError::Answered(error) => crate::idempotency::problem_of_answered(error),
        PriorityError::Segment(error) => problem_of_segments(error),
        PriorityError::Invalid(found) => problem_of_misplaced(found),
        PriorityError::NoVersion => Problem::not_found("version of the priorities"),
        PriorityError::NoCustomer => Problem::not_found("customer"),
        PriorityError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        PriorityError::NoPriorities => Problem::new(Code::Conflict, error.to_string()),
    }
}
