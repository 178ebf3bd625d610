//! Customers: list, page, timeline, journey, spending, behaviour, consumption, data, powers, export.

pub mod dto;
mod export_customers;
mod export_masked_customers;
mod filter;
mod get_behaviour;
mod get_consumption;
mod get_customer;
mod get_customer_data;
mod get_powers;
mod get_spending;
mod list_customers;
mod list_journey;
mod list_timeline;
mod profile_dto;

use crate::problem::{Code, Problem};
use crate::state::ApiState;
use perennial_app::customers::CustomerError;
use perennial_domain::ids::CustomerNumber;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_customers::handler))
        .routes(routes!(get_customer::handler))
        .routes(routes!(list_timeline::handler))
        .routes(routes!(list_journey::handler))
        .routes(routes!(get_spending::handler))
        .routes(routes!(get_behaviour::handler))
        .routes(routes!(get_consumption::handler))
        .routes(routes!(get_customer_data::handler))
        .routes(routes!(get_powers::handler))
        .routes(routes!(export_customers::handler))
        .routes(routes!(export_masked_customers::handler))
}

pub fn problem_of_customers(error: CustomerError) -> Problem {
    match error {
        CustomerError::Store(error) => crate::problem_of_store(error),
        CustomerError::History(error) => Problem::internal(&error),
        CustomerError::Value(error) => crate::v1::value::problem_of_value(error),
        CustomerError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        CustomerError::NotFound => Problem::not_found("customer"),
        CustomerError::Ambiguous(_) => Problem::new(Code::Conflict, error.to_string()),
        CustomerError::CursorMismatch => Problem::new(Code::InvalidCursor, error.to_string()),
        CustomerError::ValuesReplaced => Problem::new(Code::Conflict, error.to_string()),
        CustomerError::File(_) => Problem::internal(&error),
    }
}

/// A mistyped id is nobody's id.
pub(crate) fn customer_number(id: &str) -> Result<CustomerNumber, Problem> {
    CustomerNumber::from_public_id(id).ok_or_else(|| Problem::not_found("customer"))
}
