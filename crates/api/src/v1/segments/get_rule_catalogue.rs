//! What rules can speak of.

use super::problem_of_segments;
use super::rule_dto::RuleCatalogueDto;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments;

/// All that rules can speak of here: fields, tags, segments, channels, purposes, and facts with their properties, as they are
/// planned and as they were seen.
#[utoipa::path(
    get, path = "/api/v1/rules/catalogue", operation_id = "get_rule_catalogue", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = RuleCatalogueDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<RuleCatalogueDto>, Problem> {
    let catalogue = segments::catalogue(&state.app, &actor).await.map_err(problem_of_segments)?;
    Ok(Json(catalogue.into()))
}
