//! A page of customers.

use super::dto::CustomerRow;
use super::filter::{FilterParams, Reader};
use super::problem_of_customers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers;
use perennial_domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerPage {
    pub items: Vec<CustomerRow>,
    pub next_cursor: Option<String>,
    /// Exactly how many customers the filter holds for.
    pub total: i64,
    /// The day that the values are as of.
    #[schema(format = Date)]
    pub as_of: Option<String>,
}

/// Customers by filter, sorted; empty values come last in either order.
#[utoipa::path(
    get, path = "/api/v1/customers", operation_id = "list_customers", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])), params(FilterParams),
    responses(
        (status = 200, body = CustomerPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor: it belongs to another filter or sort"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<FilterParams>,
) -> Result<Json<CustomerPage>, Problem> {
    let mut reader = Reader::default();
    let query = params.query(&mut reader);
    let (sort, order) = params.sort(&mut reader);
    let limit = params.limit(&mut reader);
    reader.finish()?;
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let list = customers::list_customers(&state.app, &actor, &query, sort, order, cursor, limit)
        .await
        .map_err(problem_of_customers)?;
    Ok(Json(CustomerPage {
        items: list.items.iter().map(CustomerRow::from).collect(),
        next_cursor: list.next_cursor,
        total: list.total,
        as_of: list.as_of.map(Day::iso),
    }))
}
