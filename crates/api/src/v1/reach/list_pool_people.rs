//! Who is behind a figure of the pool.

use super::person_dto::ReachPeoplePage;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, PoolFigure};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PoolPeopleParams {
    /// `contacts`, `reachable`, `withheld` or `exhausted`; without a channel the first two.
    #[param(example = "reachable")]
    pub figure: String,
    /// The code of a channel; absent: of all together.
    #[param(example = "sms")]
    pub channel: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The customers behind a figure of the pool, as they are now. Needs `customers.read` too.
#[utoipa::path(
    get, path = "/api/v1/reach/pool/people", operation_id = "list_pool_people", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(PoolPeopleParams),
    responses(
        (status = 200, body = ReachPeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<PoolPeopleParams>,
) -> Result<Json<ReachPeoplePage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let allowed = || PoolFigure::ALL.map(PoolFigure::code).join(", ");
    let wrong = || Problem::invalid(vec![ProblemField::new("figure", "invalid_value", allowed())]);
    let figure = PoolFigure::parse(&params.figure).ok_or_else(wrong)?;
    let list = format!("pool/{}/{}", figure.code(), params.channel.as_deref().unwrap_or_default());
    let behind = page::number_before(&list, params.cursor.as_deref())?;
    let found = reach::pool_people(&state.app, &actor, params.channel.as_deref(), figure, behind, limit).await;
    Ok(Json(ReachPeoplePage::of(found.map_err(problem_of_reach)?, &list)))
}
