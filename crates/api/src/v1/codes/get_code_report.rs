//! What became of scans, by code.

use super::code_dto::CodeReportDto;
use super::period_of;
use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
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
pub struct ReportParams {
    /// Only those that were made together.
    #[param(example = "cob_1c9f0x3abcdefghjk")]
    pub batch: Option<String>,
    /// Scans from this instant on; absent: from the first.
    #[param(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub from: Option<String>,
    /// Scans until before this instant; absent: all.
    #[param(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub until: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodesReport {
    pub items: Vec<CodeReportDto>,
    /// The sum of all items.
    #[schema(example = 5_000)]
    pub scans: i64,
    /// The sum of all items.
    #[schema(example = 2_400_000)]
    pub cost_minor: i64,
    /// So long after a scan what somebody does first is put down to it.
    #[schema(example = 30)]
    pub attribution_days: i64,
}

/// Scans of each code, and what those who scanned did first in the thirty days after: each customer counts once, at the last code before it.
#[utoipa::path(
    get, path = "/api/v1/codes/report", operation_id = "get_code_report", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(ReportParams),
    responses(
        (status = 200, body = CodesReport),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<ReportParams>,
) -> Result<Json<CodesReport>, Problem> {
    let period = period_of(params.from.as_deref(), params.until.as_deref())?;
    let found = codes::report(&state.app, &actor, params.batch.as_deref(), period).await.map_err(problem_of_codes)?;
    let scans = found.iter().map(|one| one.scans).sum();
    let cost_minor = found.iter().map(|one| one.code.settings.cost_minor).sum();
    let items = found.into_iter().map(CodeReportDto::from).collect();
    Ok(Json(CodesReport { items, scans, cost_minor, attribution_days: codes::ATTRIBUTION_DAYS }))
}
