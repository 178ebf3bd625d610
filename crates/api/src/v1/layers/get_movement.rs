//! Who went from which stage of a layer to which.

use super::problem_of_layers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::layers::{self, Between, Cell, Movement};
use perennial_domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MovementParams {
    /// As this day began, in the brand's zone.
    #[param(example = "2026-10-01", format = Date)]
    pub from: String,
    /// As this day began; now when absent.
    #[param(example = "2026-11-01", format = Date)]
    pub to: Option<String>,
}

pub fn between(from: &str, to: Option<&str>) -> Result<Between, Problem> {
    let day = |text: &str, pointer: &str| {
        let wrong = || Problem::invalid(vec![ProblemField::new(pointer, "malformed", "a day such as 2026-10-01")]);
        Day::parse_iso(text).ok_or_else(wrong)
    };
    Ok(Between { from: day(from, "from")?, to: to.map(|to| day(to, "to")).transpose()? })
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MovementDto {
    /// Codes, in their order.
    #[schema(example = json!(["life_new", "life_angel"]))]
    pub stages: Vec<String>,
    /// Those that hold anybody.
    pub cells: Vec<MovementCellDto>,
    #[schema(format = DateTime)]
    pub from_at: String,
    #[schema(format = DateTime)]
    pub to_at: String,
}

/// Customers who were in one stage and are in another, or still.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct MovementCellDto {
    /// Null: in no stage, or not known yet.
    #[schema(example = "life_new")]
    pub from: Option<String>,
    /// Null: in no stage any more.
    #[schema(example = "life_angel")]
    pub to: Option<String>,
    #[schema(example = 31)]
    pub count: u64,
}

impl From<Movement> for MovementDto {
    fn from(movement: Movement) -> Self {
        let Movement { layer, cells, from_at, to_at } = movement;
        let stages: Vec<String> = layer.newest.stages.into_iter().map(|stage| stage.code).collect();
        let code = |place: Option<usize>| place.and_then(|place| stages.get(place).cloned());
        let cell = |one: Cell| MovementCellDto { from: code(one.from), to: code(one.to), count: one.count };
        let cells = cells.into_iter().map(cell).collect();
        Self { cells, from_at: from_at.rfc3339(), to_at: to_at.rfc3339(), stages }
    }
}

/// How many customers went from which stage to which between two days, of those whom the caller sees. People of the past are the
/// customers of today; who was in a stage is known since its segment was made, for 400 days, but not while the layer was archived.
#[utoipa::path(
    get, path = "/api/v1/layers/{id}/movement", operation_id = "get_layer_movement", tag = "layers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "lifecycle"), MovementParams),
    responses(
        (status = 200, body = MovementDto),
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
    ApiQuery(params): ApiQuery<MovementParams>,
) -> Result<Json<MovementDto>, Problem> {
    let between = between(&params.from, params.to.as_deref())?;
    let found = layers::movement(&state.app, &state.live, &actor, &code, between).await;
    Ok(Json(found.map_err(problem_of_layers)?.into()))
}
