//! Who is behind a figure of coverage.

use super::coverage_dto::Chosen;
use super::person_dto::ReachPeoplePage;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, Living};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoveragePeopleParams {
    /// The code of a province, `covered` or `uncovered` (provinces of the mainland), `unknown`, or `all`.
    #[param(example = "uncovered")]
    pub province: String,
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
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The members behind a figure of coverage, as they are now, each with the province and by what that is known. Needs
/// `customers.read` too.
#[utoipa::path(
    get, path = "/api/v1/reach/coverage/people", operation_id = "list_coverage_people", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(CoveragePeopleParams),
    responses(
        (status = 200, body = ReachPeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<CoveragePeopleParams>,
) -> Result<Json<ReachPeoplePage>, Problem> {
    let CoveragePeopleParams { province, members, from, to, code, parameter, value, limit, cursor } = params;
    let limit = page::checked_limit(limit)?;
    let allowed = "the code of a province, covered, uncovered, unknown or all";
    let wrong = || Problem::invalid(vec![ProblemField::new("province", "invalid_value", allowed)]);
    let living = Living::parse(&province).ok_or_else(wrong)?;
    let query = Chosen { members, from, to, code, parameter, value }.read()?;
    let list = format!("coverage/{province}/{query:?}");
    let behind = page::number_before(&list, cursor.as_deref())?;
    let found = reach::coverage_people(&state.app, &actor, &query, living, behind, limit).await;
    Ok(Json(ReachPeoplePage::of(found.map_err(problem_of_reach)?, &list)))
}
