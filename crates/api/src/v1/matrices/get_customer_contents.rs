//! What a customer may be shown now.

use super::matrix_dto::CustomerContentsDto;
use super::problem_of_matrices;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::matrices;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CustomerContentsParams {
    /// The code of a matrix of which something is published.
    #[param(example = "teas")]
    pub matrix: String,
}

/// The contents that are published for the stage that the customer is in at this instant, and nothing else.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/contents", operation_id = "get_customer_contents", tag = "matrices",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), CustomerContentsParams),
    responses(
        (status = 200, body = CustomerContentsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "not_found: the customer, or the matrix"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: nothing of the matrix is published yet"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<CustomerContentsParams>,
) -> Result<Json<CustomerContentsDto>, Problem> {
    let number = customer_number(&id)?;
    let found = matrices::customer_contents(&state.app, &state.live, &actor, number, &params.matrix).await;
    Ok(Json(found.map_err(problem_of_matrices)?.into()))
}
