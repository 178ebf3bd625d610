//! Reach: channels, the pool, the connection rate, the funnel, coverage, and who is behind their figures.

mod channel_dto;
mod coverage_dto;
mod get_channels;
mod get_connection_rate;
mod get_coverage;
mod get_funnel;
mod get_pool;
mod get_sales_provinces;
mod list_coverage_people;
mod list_funnel_people;
mod list_pool_people;
mod person_dto;
mod put_channels;
mod put_sales_provinces;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::codes::CodeError;
use perennial_app::reach::ReachError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_channels::handler, put_channels::handler))
        .routes(routes!(get_pool::handler))
        .routes(routes!(get_connection_rate::handler))
        .routes(routes!(get_funnel::handler))
        .routes(routes!(get_coverage::handler))
        .routes(routes!(get_sales_provinces::handler, put_sales_provinces::handler))
        .routes(routes!(list_pool_people::handler))
        .routes(routes!(list_funnel_people::handler))
        .routes(routes!(list_coverage_people::handler))
}

fn problem_of_reach(error: ReachError) -> Problem {
    match error {
        ReachError::Store(error) => crate::problem_of_store(error),
        ReachError::History(error) => Problem::internal(&error),
        ReachError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        ReachError::Codes(CodeError::Store(error)) => crate::problem_of_store(error),
        ReachError::Codes(error) => Problem::internal(&error),
        ReachError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        ReachError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
