//! How many of those who bought are connections.

use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use crate::v1::clerks::days::day;
use axum::Json;
use axum::extract::State;
use perennial_app::reach::{self, ConnectionBy, ConnectionGroup, ConnectionQuery, ConnectionRate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConnectionParams {
    /// The first day, of the brand's zone.
    #[param(format = Date, example = "2026-05-01")]
    pub from: String,
    /// The last day.
    #[param(format = Date, example = "2026-05-31")]
    pub to: String,
    /// By the end of this day an identifier has to be there; absent: of the last day.
    #[param(format = Date, example = "2026-05-30")]
    pub bound_by: Option<String>,
    /// `store`, `sku` or `clerk`; absent: no groups.
    #[param(example = "store")]
    pub by: Option<String>,
    /// How many groups, the largest first, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConnectionRateDto {
    #[schema(format = Date, example = "2026-05-30")]
    pub bound_by: String,
    /// Customers with a purchase in that time, whether it was given back or not.
    #[schema(example = 8_000)]
    pub buyers: i64,
    /// Those of them who had an identifier of a channel that makes a connection by then.
    #[schema(example = 3_120)]
    pub connected: i64,
    /// In hundredths of a percent; null of nobody.
    #[schema(example = 3_900)]
    pub rate_basis_points: Option<i64>,
    /// The largest first. Who is in several counts in each.
    pub groups: Vec<ConnectionGroupDto>,
    /// There are more groups than were asked for.
    pub is_cut: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConnectionGroupDto {
    /// The id of a store or a clerk, or a SKU; null: of none.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub key: Option<String>,
    /// Of a store or a clerk.
    #[schema(example = "Nanjing Road")]
    pub name: Option<String>,
    #[schema(example = 1_000)]
    pub buyers: i64,
    #[schema(example = 500)]
    pub connected: i64,
    #[schema(example = 5_000)]
    pub rate_basis_points: Option<i64>,
}

impl From<ConnectionGroup> for ConnectionGroupDto {
    fn from(group: ConnectionGroup) -> Self {
        let ConnectionGroup { key, name, buyers, connected, rate_basis_points } = group;
        Self { key, name, buyers, connected, rate_basis_points }
    }
}

impl From<ConnectionRate> for ConnectionRateDto {
    fn from(rate: ConnectionRate) -> Self {
        Self {
            bound_by: rate.bound_by.iso(),
            buyers: rate.buyers,
            connected: rate.connected,
            rate_basis_points: rate.rate_basis_points,
            groups: rate.groups.into_iter().map(ConnectionGroupDto::from).collect(),
            is_cut: rate.is_cut,
        }
    }
}

/// Of those who bought in these days, how many can be spoken to: by store, SKU or clerk. Counted when it is asked for.
#[utoipa::path(
    get, path = "/api/v1/reach/connection-rate", operation_id = "get_connection_rate", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(ConnectionParams),
    responses(
        (status = 200, body = ConnectionRateDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<ConnectionParams>,
) -> Result<Json<ConnectionRateDto>, Problem> {
    let wrong = || Problem::invalid(vec![ProblemField::new("by", "invalid_value", "store, sku or clerk")]);
    let query = ConnectionQuery {
        from: day("from", &params.from)?,
        to: day("to", &params.to)?,
        bound_by: params.bound_by.as_deref().map(|text| day("bound_by", text)).transpose()?,
        by: params.by.as_deref().map(|code| ConnectionBy::parse(code).ok_or_else(wrong)).transpose()?,
        limit: page::checked_limit(params.limit)?,
    };
    let rate = reach::connection_rate(&state.app, &actor, query).await.map_err(problem_of_reach)?;
    Ok(Json(rate.into()))
}
