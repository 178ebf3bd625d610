//! Orders and customers that a program tells: `PUT` tells one, `POST` several.
//!
//! They name order numbers and people in bodies only, never in a path, which stands in logs.

mod create_customers;
mod create_orders;
mod customer_dto;
mod order_dto;
mod put_customer;
mod put_order;
mod told_dto;

pub(crate) use order_dto::{OrderBody, told};
pub(crate) use told_dto::{SourceParams, source_of};

use crate::problem::{Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::pipeline::PipelineError;
use perennial_app::upserts::UpsertError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(put_order::handler, create_orders::handler))
        .routes(routes!(put_customer::handler, create_customers::handler))
}

pub(crate) fn problem_of_upserts(error: UpsertError) -> Problem {
    match error {
        UpsertError::Store(error) | UpsertError::Pipeline(PipelineError::Store(error)) => {
            crate::problem_of_store(error)
        }
        UpsertError::Pipeline(error) => Problem::internal(&error),
        UpsertError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        UpsertError::Answered(error) => crate::idempotency::problem_of_answered(error),
        UpsertError::UnknownSource => {
            Problem::invalid(vec![ProblemField::new("/source", "invalid_name", error.to_string())])
        }
    }
}
