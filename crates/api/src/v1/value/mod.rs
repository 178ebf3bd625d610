//! Value: totals and models, RFM, distribution, cohorts, back-test, runs.

mod backtest_dto;
mod create_run;
mod get_backtest;
mod get_cohorts;
mod get_distribution;
mod get_rfm;
mod get_value;
mod list_runs;
mod model_dto;
mod run_dto;

use crate::idempotency::problem_of_answered;
use crate::problem::{Code, Problem};
use crate::state::ApiState;
use perennial_app::value::{self, ValueError, ValueResult};
use perennial_domain::value::TimeUnit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_value::handler))
        .routes(routes!(get_rfm::handler))
        .routes(routes!(get_distribution::handler))
        .routes(routes!(get_cohorts::handler))
        .routes(routes!(get_backtest::handler))
        .routes(routes!(list_runs::handler, create_run::handler))
}

pub fn problem_of_value(error: ValueError) -> Problem {
    match error {
        ValueError::Store(error) => crate::problem_of_store(error),
        ValueError::History(error) => Problem::internal(&error),
        ValueError::Pipeline(error) => Problem::internal(&error),
        ValueError::NoPurchases => Problem::new(Code::Conflict, error.to_string()),
        ValueError::Request(text) => Problem::new(Code::InvalidRequest, text),
        ValueError::Busy => Problem::new(Code::Conflict, error.to_string()),
        // Runs go on in jobs: no answer to a request says these.
        ValueError::Unreadable(_)
        | ValueError::OtherVersion
        | ValueError::BrokeOff(_)
        | ValueError::Overtaken
        | ValueError::Stopped => Problem::internal(&error),
        ValueError::NotFound(_) => Problem::not_found("value run"),
        ValueError::Answered(error) => problem_of_answered(error),
    }
}

pub fn unit_code(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
        TimeUnit::Month => "month",
    }
}

/// The last finished run, or the problem that there is none.
async fn latest(state: &ApiState) -> Result<ValueResult, Problem> {
    let result = value::latest(&state.app).await.map_err(problem_of_value)?;
    result.ok_or_else(|| Problem::new(Code::NoValueRun, "import orders and start a value run first"))
}
