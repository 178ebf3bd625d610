//! The page of the clerk who asks.

use super::clerk_dto::OwnClerkDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, SignUpsWrite};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::clerks;

/// The clerk who asks: code, store, and whom the clerk signed up today.
#[utoipa::path(
    get, path = "/api/v1/clerk", operation_id = "get_own_clerk", tag = "clerks",
    security(("session" = ["sign_ups.write"]), ("token" = ["sign_ups.write"])),
    responses(
        (status = 200, body = OwnClerkDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SignUpsWrite>,
) -> Result<Json<OwnClerkDto>, Problem> {
    Ok(Json(clerks::own_page(&state.app, &actor).await.map_err(problem_of_clerks)?.into()))
}
