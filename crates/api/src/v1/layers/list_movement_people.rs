//! The people of a cell of a movement.

use super::get_movement::between;
use super::problem_of_layers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::people_dto::{RulePeoplePage, behind};
use axum::Json;
use axum::extract::State;
use perennial_app::layers;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MovementPeopleParams {
    /// As this day began, in the brand's zone.
    #[param(example = "2026-10-01", format = Date)]
    pub from: String,
    /// As this day began; now when absent.
    #[param(example = "2026-11-01", format = Date)]
    pub to: Option<String>,
    /// The code of a stage; no stage when absent. One of the two is needed.
    #[param(example = "life_new")]
    pub from_stage: Option<String>,
    #[param(example = "life_angel")]
    pub to_stage: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Customers who were in one stage and are in another, of those whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/layers/{id}/movement/people", operation_id = "list_layer_movement_people", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "lifecycle"), MovementPeopleParams),
    responses(
        (status = 200, body = RulePeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: who was in the stages then is not known"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<MovementPeopleParams>,
) -> Result<Json<RulePeoplePage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let between = between(&params.from, params.to.as_deref())?;
    let stages = (params.from_stage.as_deref(), params.to_stage.as_deref());
    let (from, to) = (stages.0.unwrap_or("-"), stages.1.unwrap_or("-"));
    let list = format!("movement/{code}/{from}/{to}/{}/{}", params.from, params.to.as_deref().unwrap_or("-"));
    let after = behind(&list, params.cursor.as_deref())?;
    let found = layers::movement_people(&state.app, &state.live, &actor, &code, between, stages, (after, limit)).await;
    Ok(Json(RulePeoplePage::of(&found.map_err(problem_of_layers)?, &list)))
}
