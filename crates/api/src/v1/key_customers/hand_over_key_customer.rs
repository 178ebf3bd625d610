//! A key customer is given to another owner.

use super::key_customer_dto::{KeyCustomerDto, KeyCustomerOwnerBody};
use super::problem_of_key_customers;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPathPair};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::key_customers;

/// Gives a customer to another of the promise's owners. The days for a contact go on: only a contact keeps the promise.
#[utoipa::path(
    put, path = "/api/v1/segments/{id}/key-customers/{customer}/owner", operation_id = "hand_over_key_customer",
    tag = "key-customers",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, description = "The code of the segment", example = "key_customers"),
        ("customer" = String, Path, example = "cus_7k2m9qx4"),
    ),
    request_body = KeyCustomerOwnerBody,
    responses(
        (status = 200, body = KeyCustomerDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: also where no contact is promised, or the customer is not in the segment"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPathPair(segment, customer): ApiPathPair,
    ApiJson(body): ApiJson<KeyCustomerOwnerBody>,
) -> Result<Json<KeyCustomerDto>, Problem> {
    let number = customer_number(&customer)?;
    let given = key_customers::hand_over(&state.app, &state.live, &actor, &segment, number, &body.user_id).await;
    Ok(Json(given.map_err(problem_of_key_customers)?.into()))
}
