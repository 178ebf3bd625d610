//! The priorities of plans.

use super::priority_dto::PlanPrioritiesDto;
use super::problem_of_priorities;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::priorities;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PlanPrioritiesParams {
    /// An earlier version, as a decision names it; absent: the one that holds.
    #[param(example = 3)]
    pub version: Option<i64>,
}

/// In which order stages of layers say what plan a customer gets, as one table.
#[utoipa::path(
    get, path = "/api/v1/plan-priorities", operation_id = "get_plan_priorities", tag = "matrices",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(PlanPrioritiesParams),
    responses(
        (status = 200, body = PlanPrioritiesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<PlanPrioritiesParams>,
) -> Result<impl IntoResponse, Problem> {
    let found = priorities::read_priorities(&state.app, &actor, params.version).await;
    let found = found.map_err(problem_of_priorities)?;
    Ok((AppendHeaders(etag(found.version)), Json(PlanPrioritiesDto::from(found))))
}
