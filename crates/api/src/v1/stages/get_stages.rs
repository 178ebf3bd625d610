//! The table of stages.

use super::problem_of_stages;
use super::stage_dto::StagesDto;
use crate::auth::{Allowed, SettingsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::stages;

/// Which facts are of which stage of a journey: the default table with the brand's own rules in their place.
#[utoipa::path(
    get, path = "/api/v1/journey-stages", operation_id = "get_journey_stages", tag = "customers",
    security(("session" = ["settings.read"]), ("token" = ["settings.read"])),
    responses(
        (status = 200, body = StagesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsRead>,
) -> Result<impl IntoResponse, Problem> {
    let found = stages::read_stages(&state.app, &actor).await.map_err(problem_of_stages)?;
    Ok((AppendHeaders(etag(found.version)), Json(StagesDto::from(&found))))
}
