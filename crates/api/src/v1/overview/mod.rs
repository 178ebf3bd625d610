//! The first page.

mod get_overview;
mod overview_dto;

use crate::problem::Problem;
use crate::state::ApiState;
use perennial_app::overview::OverviewError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_overview::handler))
}

fn problem_of_overview(error: OverviewError) -> Problem {
    match error {
        OverviewError::Store(error) => crate::problem_of_store(error),
        OverviewError::Value(error) => crate::v1::value::problem_of_value(error),
        OverviewError::Import(error) => crate::v1::imports::problem_of_import(error),
    }
}
