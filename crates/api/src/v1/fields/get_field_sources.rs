//! Which sources are believed.

use super::field_dto::FieldSourcesDto;
use super::problem_of_fields;
use crate::auth::{Allowed, SettingsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::fields;

/// In which order origins are believed, and where the words of each source come from.
#[utoipa::path(
    get, path = "/api/v1/field-sources", operation_id = "get_field_sources", tag = "fields",
    security(("session" = ["settings.read"]), ("token" = ["settings.read"])),
    responses(
        (status = 200, body = FieldSourcesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsRead>,
) -> Result<Json<FieldSourcesDto>, Problem> {
    let sources = fields::sources(&state.app, &actor).await.map_err(problem_of_fields)?;
    Ok(Json(sources.into()))
}
