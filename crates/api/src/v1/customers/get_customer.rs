//! One customer's page.

use super::profile_dto::CustomerProfileDto;
use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers;

/// All that is known of a customer: identifiers, traits, the value taken apart, spending by month. The id of a customer
/// that was merged into another leads to that one, whose id the answer has.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}", operation_id = "get_customer", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerProfileDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerProfileDto>, Problem> {
    let number = customer_number(&id)?;
    let profile = customers::customer_profile(&state.app, &actor, number).await.map_err(problem_of_customers)?;
    Ok(Json(CustomerProfileDto::from(&profile)))
}
