//! What was decided for a customer.

use super::priority_dto::PlanDecisionDto;
use super::problem_of_priorities;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::priorities;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanDecisionsPage {
    pub items: Vec<PlanDecisionDto>,
    pub next_cursor: Option<String>,
}

/// Which plans were chosen for a customer and which were suppressed, the newest first.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/plan-decisions", operation_id = "list_plan_decisions", tag = "matrices",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), PageParams),
    responses(
        (status = 200, body = PlanDecisionsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<PlanDecisionsPage>, Problem> {
    let number = customer_number(&id)?;
    let limit = params.limit()?;
    let list = format!("plan-decisions/{}", number.public_id());
    let after = params.after(&list)?;
    let before = after.as_deref().map(|key| read_key(key).ok_or_else(page::invalid_cursor)).transpose()?;
    let found = priorities::list_decisions(&state.app, &actor, number, before, limit).await;
    let (decisions, next) = found.map_err(problem_of_priorities)?;
    let next_cursor = next.map(|(at, id)| page::encode(&list, &format!("{} {id}", at.0)));
    Ok(Json(PlanDecisionsPage { items: decisions.into_iter().map(PlanDecisionDto::from).collect(), next_cursor }))
}

/// The instant and the id of the last one before.
fn read_key(key: &str) -> Option<(Instant, &str)> {
    let (at, id) = key.split_once(' ')?;
    Some((Instant(at.parse().ok()?), id))
}
