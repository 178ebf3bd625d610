//! What a customer wants to hear of is written down.

use super::problem_of_topics;
use super::topic_dto::{PreferencesBody, PreferencesDto};
use crate::auth::{Allowed, ConsentsWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::topics;

/// Writes down which topics a customer wants, in the place of those before. It becomes a fact, and is applied with the
/// answer.
#[utoipa::path(
    put, path = "/api/v1/customers/{id}/preferences", operation_id = "put_preferences", tag = "topics",
    security(("session" = ["consents.write"]), ("token" = ["consents.write"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    request_body = PreferencesBody,
    responses(
        (status = 200, body = PreferencesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ConsentsWrite>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<PreferencesBody>,
) -> Result<Json<PreferencesDto>, Problem> {
    let number = customer_number(&id)?;
    let written = topics::record_picks(&state.app, &actor, number, &body.topics).await.map_err(problem_of_topics)?;
    Ok(Json(written.into()))
}
