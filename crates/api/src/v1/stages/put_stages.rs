//! A brand's own rules of stages.

use super::problem_of_stages;
use super::stage_dto::{OwnStages, StagesDto};
use crate::auth::{Allowed, SettingsWrite};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::stages;

/// Replaces the brand's own rules, if the table is still that of the ETag. They hold at once, for all facts that there are.
#[utoipa::path(
    put, path = "/api/v1/journey-stages", operation_id = "put_journey_stages", tag = "customers",
    security(("session" = ["settings.write"]), ("token" = ["settings.write"])),
    params(("If-Match" = String, Header, description = "The ETag of GET /api/v1/journey-stages", example = "\"0\"")),
    request_body = OwnStages,
    responses(
        (status = 200, body = StagesDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed them"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsWrite>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<OwnStages>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let stored = stages::put_stages(&state.app, &actor, expected, body.read()?).await.map_err(problem_of_stages)?;
    Ok((AppendHeaders(etag(stored.version)), Json(StagesDto::from(&stored))))
}
