//! How far one customer has come on each path.

use super::path_dto::{CustomerPathDto, CustomerPathsDto};
use super::problem_of_paths;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::paths;

/// Each path with the steps that the customer has gone, over all identifiers, in the order of time.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/paths", operation_id = "get_customer_paths", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerPathsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerPathsDto>, Problem> {
    let number = customer_number(&id)?;
    let found = paths::customer_paths(&state.app, &actor, number).await.map_err(problem_of_paths)?;
    Ok(Json(CustomerPathsDto { items: found.into_iter().map(CustomerPathDto::from).collect() }))
}
