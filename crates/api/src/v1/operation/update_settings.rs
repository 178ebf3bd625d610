//! Change of the brand's settings.

use super::problem_of_settings;
use super::settings_dto::{SettingsDto, etag, expected_version};
use crate::auth::{Allowed, SettingsWrite};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::settings;

/// Replaces the settings, if they are still those of the ETag.
#[utoipa::path(
    put, path = "/api/v1/settings", operation_id = "update_settings", tag = "operation",
    security(("session" = ["settings.write"]), ("token" = ["settings.write"])),
    params(("If-Match" = String, Header, description = "The ETag of GET /api/v1/settings", example = "\"3\"")),
    request_body = SettingsDto,
    responses(
        (status = 200, body = SettingsDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "currency_locked"),
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
    ApiJson(body): ApiJson<SettingsDto>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let versioned =
        settings::update(&state.app, &actor, expected, body.into_settings()?).await.map_err(problem_of_settings)?;
    Ok((AppendHeaders(etag(versioned.version)), Json(SettingsDto::from(&versioned))))
}
