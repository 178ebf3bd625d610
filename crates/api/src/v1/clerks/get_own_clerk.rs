//! The page of the clerk who asks.

use super::clerk_dto::OwnClerkDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, SignUpsWrite};
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::codes::base_of;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use perennial_app::clerks;
use perennial_app::picture::PictureError;

/// The clerk who asks: code, store, whom the clerk signed up today, and what the clerk hands out to be scanned.
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
    headers: HeaderMap,
) -> Result<Json<OwnClerkDto>, Problem> {
    let page = clerks::own_page(&state.app, &actor).await.map_err(problem_of_clerks)?;
    let base = if page.forms.is_empty() { String::new() } else { base_of(&state, &headers)? };
    let too_long = |error: PictureError| Problem::new(Code::Internal, error.to_string());
    OwnClerkDto::of(page, &base).map(Json).map_err(too_long)
}
