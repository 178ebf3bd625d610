//! The scans behind the numbers.

use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::codes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "code_scans";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CodeScansParams {
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodeScansPage {
    pub items: Vec<CodeScanDto>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CodeScanDto {
    #[schema(format = DateTime)]
    pub at: String,
    /// Null: nobody said.
    #[schema(example = "Shanghai")]
    pub region: Option<String>,
    /// The device had not scanned this code before.
    pub first: bool,
    /// Leads to the customer that it is part of now; null where the person was erased.
    #[schema(example = "c_00000017")]
    pub customer_id: Option<String>,
}

/// The scans of a code, in the order in which they were counted.
#[utoipa::path(
    get, path = "/api/v1/codes/{id}/scans", operation_id = "list_code_scans", tag = "codes",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "cod_1c9f0x3abcdefghjk"), CodeScansParams),
    responses(
        (status = 200, body = CodeScansPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<CodeScansParams>,
) -> Result<Json<CodeScansPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let after = page::number_before(LIST, params.cursor.as_deref())?.unwrap_or(0);
    let found = codes::code_scans(&state.app, &actor, &id, after, limit).await;
    let (scans, next) = found.map_err(problem_of_codes)?;
    let item = |one: codes::CodeScan| CodeScanDto {
        at: one.at.rfc3339(),
        region: Some(one.region).filter(|region| !region.is_empty()),
        first: one.is_first,
        customer_id: one.profile.map(|profile| profile.public_id()),
    };
    let items = scans.into_iter().map(item).collect();
    Ok(Json(CodeScansPage { items, next_cursor: next.map(|id| page::encode(LIST, &id.to_string())) }))
}
