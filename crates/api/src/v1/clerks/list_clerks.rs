//! All clerks.

use super::clerk_dto::ClerkDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ClerkList {
    /// The oldest first.
    pub items: Vec<ClerkDto>,
}

/// All clerks with where each worked from when to when.
#[utoipa::path(
    get, path = "/api/v1/clerks", operation_id = "list_clerks", tag = "clerks",
    security(("session" = ["stores.read"]), ("token" = ["stores.read"])),
    responses(
        (status = 200, body = ClerkList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresRead>,
) -> Result<Json<ClerkList>, Problem> {
    let found = clerks::list_clerks(&state.app, &actor).await.map_err(problem_of_clerks)?;
    Ok(Json(ClerkList { items: found.into_iter().map(ClerkDto::from).collect() }))
}
