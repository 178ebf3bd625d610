//! A customer's profiles and merges.

use super::dto::CustomerIdentityDto;
use super::problem_of_identity;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::identity;

/// Which profiles are this customer, who said so, and which identifiers were left off.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/identity", operation_id = "get_identity", tag = "identity",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerIdentityDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerIdentityDto>, Problem> {
    let number = customer_number(&id)?;
    let found = identity::customer_identity(&state.app, &actor, number).await.map_err(problem_of_identity)?;
    Ok(Json(CustomerIdentityDto::from(&found)))
}
