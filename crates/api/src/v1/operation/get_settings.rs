//! The brand's settings.

use super::problem_of_settings;
use super::settings_dto::{SettingsDto, etag};
use crate::auth::{Allowed, SettingsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::settings;

/// The brand's settings; their version is the ETag.
#[utoipa::path(
    get, path = "/api/v1/settings", operation_id = "get_settings", tag = "operation",
    security(("session" = ["settings.read"]), ("token" = ["settings.read"])),
    responses(
        (status = 200, body = SettingsDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsRead>,
) -> Result<impl IntoResponse, Problem> {
    let versioned = settings::read(&state.app, &actor).await.map_err(problem_of_settings)?;
    Ok((AppendHeaders(etag(versioned.version)), Json(SettingsDto::from(&versioned))))
}
