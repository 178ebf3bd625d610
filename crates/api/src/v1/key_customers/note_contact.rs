//! A contact that somebody had with a customer.

use super::key_customer_dto::{ContactBody, ContactDto};
use super::problem_of_key_customers;
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::key_customers::{self, Contact};

/// Writes down that somebody was in contact with a customer, and what was said. It becomes a fact of the customer, `Customer Contacted`, and
/// keeps every promise of contact.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/contacts", operation_id = "note_contact", tag = "key-customers",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = ContactBody,
    responses(
        (status = 201, body = ContactDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<ContactBody>,
) -> Result<(StatusCode, Json<ContactDto>), Problem> {
    let number = customer_number(&id)?;
    let answer = |contact: &Contact| kept(StatusCode::CREATED, &ContactDto::from(contact));
    let noted = key_customers::note_contact(&state.app, &actor, number, body.read()?, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json((&noted.map_err(problem_of_key_customers)?).into())))
}
