//! Where members live, and where anybody sells.

use super::coverage_dto::{Chosen, CoverageDto};
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::reach;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageParams {
    /// `registered`: who signed up; `known`: every customer who is known by more than a device. `registered` when absent.
    #[param(example = "registered")]
    pub members: Option<String>,
    /// Who registered first, or is on file, from this day on, of the brand's zone; absent with `to`: ever.
    #[param(format = Date, example = "2026-05-01")]
    pub from: Option<String>,
    /// The last day.
    #[param(format = Date, example = "2026-05-31")]
    pub to: Option<String>,
    /// Only who came through this channel code.
    #[param(example = "cod_1c9f0x3abcdefghjk")]
    pub code: Option<String>,
    /// Only who came through codes with a value of this parameter, such as those of a campaign.
    #[param(example = "campaign")]
    pub parameter: Option<String>,
    /// That value.
    #[param(example = "chefs")]
    pub value: Option<String>,
}

/// Members by province, which provinces are covered by a store, a clerk or a mark, and which share of the members lives where
/// nobody sells. Counted when it is asked for.
#[utoipa::path(
    get, path = "/api/v1/reach/coverage", operation_id = "get_coverage", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(CoverageParams),
    responses(
        (status = 200, body = CoverageDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<CoverageParams>,
) -> Result<Json<CoverageDto>, Problem> {
    let CoverageParams { members, from, to, code, parameter, value } = params;
    let query = Chosen { members, from, to, code, parameter, value }.read()?;
    Ok(Json(reach::coverage(&state.app, &actor, &query).await.map_err(problem_of_reach)?.into()))
}
