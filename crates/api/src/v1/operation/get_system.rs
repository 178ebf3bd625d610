//! What runs here.

use super::problem_of_system;
use crate::auth::{Allowed, SettingsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::settings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SystemDto {
    #[schema(example = "0.1.0")]
    pub version: String,
    /// `sqlite` or `postgres`.
    #[schema(example = "sqlite")]
    pub store: String,
    pub data_dir_bytes: u64,
    pub history: HistoryDto,
    #[schema(format = DateTime)]
    pub started_at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct HistoryDto {
    pub facts: u64,
    pub files: u64,
    pub bytes: u64,
    /// Version of the facts table.
    pub version: u64,
}

/// Version, kind of store and the size of the data.
#[utoipa::path(
    get, path = "/api/v1/system", operation_id = "get_system", tag = "operation",
    security(("session" = ["settings.read"]), ("token" = ["settings.read"])),
    responses(
        (status = 200, body = SystemDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsRead>,
) -> Result<Json<SystemDto>, Problem> {
    let system = settings::system_state(&state.app, &actor).await.map_err(problem_of_system)?;
    Ok(Json(SystemDto {
        version: state.version.to_string(),
        store: system.store.to_owned(),
        data_dir_bytes: system.data_dir_bytes,
        history: HistoryDto {
            facts: system.history.facts,
            files: system.history.files,
            bytes: system.history.bytes,
            version: system.history.version,
        },
        started_at: state.started_at.rfc3339(),
    }))
}
