//! Files of third parties that came.

use super::audience_dto::AudienceDto;
use super::problem_of_audiences;
use crate::auth::{Allowed, ImportsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::audiences;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AudiencesDto {
    /// The newest first, 200 at most.
    pub items: Vec<AudienceDto>,
}

/// Files of third parties that came, with how many hashes were found.
#[utoipa::path(
    get, path = "/api/v1/audiences", operation_id = "list_audiences", tag = "audiences",
    security(("session" = ["imports.read"]), ("token" = ["imports.read"])),
    responses(
        (status = 200, body = AudiencesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ImportsRead>,
) -> Result<Json<AudiencesDto>, Problem> {
    let rows = audiences::list_audiences(&state.app, &actor).await.map_err(problem_of_audiences)?;
    Ok(Json(AudiencesDto { items: rows.into_iter().map(AudienceDto::from).collect() }))
}
