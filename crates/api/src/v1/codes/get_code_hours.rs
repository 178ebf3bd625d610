//! Scans by region and hour.

use super::period_of;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::codes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HoursParams {
    /// Scans from this instant on; absent: from the first.
    #[param(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub from: Option<String>,
    /// Scans until before this instant; absent: all.
    #[param(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub until: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodeHours {
    pub items: Vec<CodeHour>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodeHour {
    /// Null: nobody said.
    #[schema(example = "Shanghai")]
    pub region: Option<String>,
    /// Its beginning.
    #[schema(format = DateTime)]
    pub hour: String,
    #[schema(example = 17)]
    pub scans: i64,
}

/// The scans of a code by region and hour (UTC).
#[utoipa::path(
    get, path = "/api/v1/codes/{id}/hours", operation_id = "get_code_hours", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "cod_1c9f0x3abcdefghjk"), HoursParams),
    responses(
        (status = 200, body = CodeHours),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<HoursParams>,
) -> Result<Json<CodeHours>, Problem> {
    let period = period_of(params.from.as_deref(), params.until.as_deref())?;
    let found = codes::code_hours(&state.app, &actor, &id, period).await.map_err(problem_of_codes)?;
    let item = |one: codes::HourCount| CodeHour {
        region: Some(one.region).filter(|region| !region.is_empty()),
        hour: one.hour.rfc3339(),
        scans: one.scans,
    };
    Ok(Json(CodeHours { items: found.into_iter().map(item).collect() }))
}
