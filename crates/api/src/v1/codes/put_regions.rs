//! Which network is where.

use super::problem_of_codes;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::codes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// At most 10000, which do not overlap.
    networks: Vec<RegionOfNetwork>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegionOfNetwork {
    #[schema(example = "203.0.113.0/24")]
    network: String,
    /// 1 to 60 bytes.
    #[schema(example = "Shanghai")]
    region: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RegionsTaken {
    #[schema(example = 412)]
    pub networks: i64,
}

/// Replaces the table of networks by region, by which scans are given their region. Nothing is guessed: an address of no network has none.
#[utoipa::path(
    put, path = "/api/v1/code-regions", operation_id = "put_code_regions", tag = "codes",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    request_body = Regions,
    responses(
        (status = 200, body = RegionsTaken),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiJson(body): ApiJson<Regions>,
) -> Result<Json<RegionsTaken>, Problem> {
    let rows = body.networks.into_iter().map(|one| (one.network, one.region)).collect();
    let networks = codes::put_regions(&state.app, &actor, rows).await.map_err(problem_of_codes)?;
    Ok(Json(RegionsTaken { networks }))
}
