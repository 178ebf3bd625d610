//! What a customer wants to hear of.

use super::problem_of_topics;
use super::topic_dto::PreferencesDto;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::topics;

/// The topics that a customer picked, with source and time, and all that was picked before.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/preferences", operation_id = "get_preferences", tag = "topics",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = PreferencesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<PreferencesDto>, Problem> {
    let number = customer_number(&id)?;
    let found = topics::customer_picks(&state.app, &actor, number).await.map_err(problem_of_topics)?;
    Ok(Json(found.into()))
}
