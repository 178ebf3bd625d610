//! All promises of contact.

use super::key_customer_dto::{ContactOwnerDto, ContactPromiseDto};
use super::problem_of_key_customers;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::key_customers;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ContactPromisesDto {
    /// By the code of the segment.
    pub items: Vec<ContactPromiseDto>,
    /// Who may be an owner: active users who may write about customers, by name.
    pub candidates: Vec<ContactOwnerDto>,
}

/// Segments whose customers have owners and a promise of contact, and who may be an owner.
#[utoipa::path(
    get, path = "/api/v1/contact-promises", operation_id = "list_contact_promises", tag = "key-customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = ContactPromisesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<ContactPromisesDto>, Problem> {
    let found = key_customers::list_promises(&state.app, &actor).await;
    let (promises, candidates) = found.map_err(problem_of_key_customers)?;
    Ok(Json(ContactPromisesDto {
        items: promises.into_iter().map(ContactPromiseDto::from).collect(),
        candidates: candidates.into_iter().map(ContactOwnerDto::from).collect(),
    }))
}
