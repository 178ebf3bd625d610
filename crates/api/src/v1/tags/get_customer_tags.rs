//! The tags of one customer.

use super::problem_of_tags;
use super::tag_dto::CustomerTagsDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::tags;

/// What tags a customer has and had: who set and removed each, when and where, and which expired.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/tags", operation_id = "get_customer_tags", tag = "tags",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerTagsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerTagsDto>, Problem> {
    let found = tags::customer_tags(&state.app, &actor, customer_number(&id)?).await;
    Ok(Json(found.map_err(problem_of_tags)?.into()))
}
