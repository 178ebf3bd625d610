//! The scans of a batch.

use super::problem_of_units;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access::{base64url_decode, base64url_encode};
use perennial_app::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "unit_scans";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UnitScansParams {
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UnitScansPage {
    pub items: Vec<UnitScanDto>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UnitScanDto {
    #[schema(example = 8)]
    pub serial: i64,
    #[schema(format = DateTime)]
    pub at: String,
    /// Null: nobody said.
    #[schema(example = "Shanghai")]
    pub region: Option<String>,
    /// `claimed`, `already_used` or `paused`.
    #[schema(example = "claimed")]
    pub outcome: String,
    /// Null until the scan is applied, and where the person was erased.
    #[schema(example = "c_00000017")]
    pub customer_id: Option<String>,
}

/// The scans of a batch, in no order of time.
#[utoipa::path(
    get, path = "/api/v1/unit-batches/{id}/scans", operation_id = "list_unit_scans", tag = "units",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "unb_1c9f0x3abcdefghjk"), UnitScansParams),
    responses(
        (status = 200, body = UnitScansPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<UnitScansParams>,
) -> Result<Json<UnitScansPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let after = match &params.cursor {
        None => Vec::new(),
        Some(cursor) => base64url_decode(&page::decode(LIST, cursor)?).ok_or_else(page::invalid_cursor)?,
    };
    let found = units::unit_scans(&state.app, &actor, &id, &after, limit).await;
    let (scans, next) = found.map_err(problem_of_units)?;
    let item = |one: units::UnitScan| UnitScanDto {
        serial: one.serial,
        at: one.at.rfc3339(),
        region: Some(one.region).filter(|region| !region.is_empty()),
        outcome: one.outcome,
        customer_id: one.profile.map(|profile| profile.public_id()),
    };
    let items = scans.into_iter().map(item).collect();
    let next_cursor = next.map(|key| page::encode(LIST, &base64url_encode(&key)));
    Ok(Json(UnitScansPage { items, next_cursor }))
}
