//! Tracking plans of sources, how what comes compares with them, and what is kept aside.

mod decision_dto;
mod discard_quarantined_facts;
mod freeze_plan;
mod generate_plan;
mod get_plan;
mod get_plan_coverage;
mod list_plan_versions;
mod list_quarantined_facts;
mod plan_body;
mod plan_dto;
mod release_quarantined_facts;
mod update_plan;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::plans::PlanError;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_plan::handler, update_plan::handler))
        .routes(routes!(generate_plan::handler))
        .routes(routes!(freeze_plan::handler))
        .routes(routes!(list_plan_versions::handler))
        .routes(routes!(get_plan_coverage::handler))
        .routes(routes!(list_quarantined_facts::handler))
        .routes(routes!(release_quarantined_facts::handler))
        .routes(routes!(discard_quarantined_facts::handler))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DaysParams {
    /// The last so many days, 1 to 90; 30 when absent.
    #[param(minimum = 1, maximum = 90, default = 30)]
    pub days: Option<u32>,
}

fn problem_of_plans(error: PlanError) -> Problem {
    match error {
        PlanError::Store(error) => crate::problem_of_store(error),
        PlanError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        PlanError::Answered(error) => crate::idempotency::problem_of_answered(error),
        PlanError::Pipeline(error) => Problem::internal(&error),
        PlanError::Invalid(errors) => Problem::invalid(
            errors
                .into_iter()
                .map(|error| ProblemField::new(format!("/draft{}", error.pointer), "out_of_range", error.allowed))
                .collect(),
        ),
        PlanError::OutOfRange { field, allowed } => {
            Problem::invalid(vec![ProblemField::new(field, "out_of_range", allowed)])
        }
        PlanError::NoSource => Problem::not_found("source"),
        PlanError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        PlanError::NoDraft | PlanError::NothingSeen => Problem::new(Code::Conflict, error.to_string()),
    }
}
