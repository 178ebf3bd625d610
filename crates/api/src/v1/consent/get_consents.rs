//! What a customer has decided.

use super::dto::CustomerConsentsDto;
use super::problem_of_consent;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::consent;

/// What a customer consents to, with all decisions that led to it and their evidence.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/consents", operation_id = "get_consents", tag = "privacy",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerConsentsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerConsentsDto>, Problem> {
    let number = customer_number(&id)?;
    let found = consent::customer_consents(&state.app, &actor, number).await.map_err(problem_of_consent)?;
    Ok(Json(CustomerConsentsDto::from(&found)))
}
