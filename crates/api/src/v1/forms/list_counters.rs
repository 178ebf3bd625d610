//! The counters of a form.

use super::counter_dto::CounterDto;
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::forms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CountersList {
    /// At most 1000.
    pub items: Vec<CounterDto>,
}

/// Counters of a form by id, the archived ones too.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}/counters", operation_id = "list_form_counters", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = CountersList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CountersList>, Problem> {
    let counters = forms::list_counters(&state.app, &actor, &id).await.map_err(problem_of_forms)?;
    Ok(Json(CountersList { items: counters.into_iter().map(CounterDto::from).collect() }))
}
