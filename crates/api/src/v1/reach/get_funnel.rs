//! From paid clicks to buyers, by source.

use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::clerks::days::day;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, Funnel, FunnelSource, FunnelStep, SuperUsers};
use perennial_domain::time::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FunnelParams {
    /// Clicks from this day on, of the brand's zone.
    #[param(format = Date, example = "2026-05-01")]
    pub from: String,
    /// The last day of clicks.
    #[param(format = Date, example = "2026-05-31")]
    pub to: String,
    /// Sources are the values of this parameter of codes, such as `channel`; absent: their touch-points.
    #[param(example = "channel")]
    pub parameter: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FunnelDto {
    /// The day of the values by which super users are told; null before the first value run.
    #[schema(format = Date, example = "2026-07-01")]
    pub values_as_of: Option<String>,
    /// The most clicks first.
    pub sources: Vec<FunnelSourceDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FunnelSourceDto {
    /// A touch-point, or the value of the parameter; null: of codes without it.
    #[schema(example = "douyin")]
    pub source: Option<String>,
    /// Of all codes of the source, whatever the days.
    pub cost: Money,
    /// Scans of codes that cost something.
    pub clicked: FunnelStepDto,
    pub followed: FunnelStepDto,
    pub registered: FunnelStepDto,
    /// A first order.
    pub bought: FunnelStepDto,
    /// Null before the first value run.
    pub super_users: Option<SuperUsersDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FunnelStepDto {
    #[schema(example = 6_100)]
    pub count: i64,
    /// Of the clicks, in hundredths of a percent; null of none.
    #[schema(example = 1_220)]
    pub share_basis_points: Option<i64>,
    /// What one came to, in thousandths of the smallest unit; null of none.
    #[schema(example = 163_934)]
    pub cost_each_milli_minor: Option<i64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SuperUsersDto {
    /// Buyers whose first purchase was at least 30 days before the day of the values.
    #[schema(example = 300)]
    pub buyers: i64,
    /// Those of them in the value group `champions`.
    #[schema(example = 45)]
    pub super_users: i64,
    /// In hundredths of a percent; null of none.
    #[schema(example = 1_500)]
    pub share_basis_points: Option<i64>,
}

impl From<FunnelStep> for FunnelStepDto {
    fn from(step: FunnelStep) -> Self {
        let FunnelStep { count, share_basis_points, cost_each_milli_minor } = step;
        Self { count, share_basis_points, cost_each_milli_minor }
    }
}

impl From<SuperUsers> for SuperUsersDto {
    fn from(of: SuperUsers) -> Self {
        let SuperUsers { buyers, super_users, share_basis_points } = of;
        Self { buyers, super_users, share_basis_points }
    }
}

impl From<Funnel> for FunnelDto {
    fn from(funnel: Funnel) -> Self {
        let source = |one: FunnelSource| FunnelSourceDto {
            source: one.source,
            cost: Money::of(one.cost_minor, funnel.currency),
            clicked: one.clicked.into(),
            followed: one.followed.into(),
            registered: one.registered.into(),
            bought: one.bought.into(),
            super_users: one.super_users.map(SuperUsersDto::from),
        };
        Self {
            values_as_of: funnel.values_as_of.map(Day::iso),
            sources: funnel.sources.into_iter().map(source).collect(),
        }
    }
}

/// Paid clicks, and who of them followed, registered and bought within thirty days, by source, with what each step cost.
#[utoipa::path(
    get, path = "/api/v1/reach/funnel", operation_id = "get_funnel", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(FunnelParams),
    responses(
        (status = 200, body = FunnelDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<FunnelParams>,
) -> Result<Json<FunnelDto>, Problem> {
    let (from, to) = (day("from", &params.from)?, day("to", &params.to)?);
    let funnel = reach::funnel(&state.app, &actor, from, to, params.parameter.as_deref()).await;
    Ok(Json(funnel.map_err(problem_of_reach)?.into()))
}
