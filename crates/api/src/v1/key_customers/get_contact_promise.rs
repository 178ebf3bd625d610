//! The promise of contact to those in a segment.

use super::key_customer_dto::ContactPromiseDto;
use super::problem_of_key_customers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::key_customers;

/// Who looks after the customers of a segment, and within how many days each is contacted.
#[utoipa::path(
    get, path = "/api/v1/segments/{id}/contact-promise", operation_id = "get_contact_promise", tag = "key-customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, description = "The code of the segment", example = "key_customers")),
    responses(
        (status = 200, body = ContactPromiseDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: also where no contact is promised"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(segment): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let promise = key_customers::get_promise(&state.app, &actor, &segment).await.map_err(problem_of_key_customers)?;
    Ok((AppendHeaders(etag(promise.version)), Json(ContactPromiseDto::from(promise))))
}
