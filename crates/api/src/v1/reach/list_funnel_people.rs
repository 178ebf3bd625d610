//! Who is behind a figure of the funnel.

use super::person_dto::ReachPeoplePage;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use crate::v1::clerks::days::day;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, FunnelFigure, FunnelPeopleQuery};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FunnelPeopleParams {
    /// Clicks from this day on, of the brand's zone.
    #[param(format = Date, example = "2026-05-01")]
    pub from: String,
    /// The last day of clicks.
    #[param(format = Date, example = "2026-05-31")]
    pub to: String,
    /// As the funnel was asked for: sources are the values of this parameter; absent: touch-points.
    #[param(example = "channel")]
    pub parameter: Option<String>,
    /// A source of the funnel; absent: the one of codes without the parameter.
    #[param(example = "douyin")]
    pub source: Option<String>,
    /// `clicked`, `followed`, `registered`, `bought`, `buyers` (first buyers of thirty days ago) or `super_users`.
    #[param(example = "registered")]
    pub figure: String,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The customers behind a figure of the funnel, as they are now. Of clicks those whom somebody knows, each once. Needs
/// `customers.read` too.
#[utoipa::path(
    get, path = "/api/v1/reach/funnel/people", operation_id = "list_funnel_people", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(FunnelPeopleParams),
    responses(
        (status = 200, body = ReachPeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<FunnelPeopleParams>,
) -> Result<Json<ReachPeoplePage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let allowed = || FunnelFigure::ALL.map(FunnelFigure::code).join(", ");
    let wrong = || Problem::invalid(vec![ProblemField::new("figure", "invalid_value", allowed())]);
    let query = FunnelPeopleQuery {
        from: day("from", &params.from)?,
        to: day("to", &params.to)?,
        parameter: params.parameter.as_deref(),
        source: params.source.as_deref(),
        figure: FunnelFigure::parse(&params.figure).ok_or_else(wrong)?,
    };
    let list = format!("funnel/{query:?}");
    let behind = page::number_before(&list, params.cursor.as_deref())?;
    let found = reach::funnel_people(&state.app, &actor, query, behind, limit).await;
    Ok(Json(ReachPeoplePage::of(found.map_err(problem_of_reach)?, &list)))
}
