//! The RFM cube.

use super::latest;
use crate::auth::{Allowed, ValueRead};
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::problem_of_customers;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{RfmCell, rfm_cells};
use perennial_app::value::ValueResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RfmReport {
    #[schema(format = Date)]
    pub as_of: String,
    pub currency: Option<String>,
    pub cut_points: CutPointsDto,
    /// How scores are made: quintiles of all buyers; high is 4 and more.
    #[schema(example = "quintiles_of_buyers_high_from_4")]
    pub definition: String,
    /// All 125, also the empty ones.
    pub cells: Vec<RfmCellDto>,
    pub groups: Vec<RfmGroupDto>,
    pub buyers: u64,
}

/// The 20, 40, 60 and 80 % quantiles.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CutPointsDto {
    /// Days since the last purchase.
    pub r: [f64; 4],
    /// Orders.
    pub f: [f64; 4],
    /// Gross sales in the smallest unit.
    pub m: [f64; 4],
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RfmCellDto {
    pub r: i64,
    pub f: i64,
    pub m: i64,
    pub customers: i64,
    pub revenue: Money,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RfmGroupDto {
    #[schema(example = "champions")]
    pub group: String,
    pub customers: u64,
    /// Net of refunds.
    pub revenue: Money,
    /// Null where there is too little data for a forecast.
    pub lifetime: Option<Money>,
    /// Of the net revenue of all groups together; null when that is not positive.
    pub share_of_revenue: Option<f64>,
}

fn report(result: &ValueResult, cells: &[RfmCell]) -> RfmReport {
    let currency = result.definition.currency;
    let cuts = &result.rfm.cut_points;
    let revenue_of_all: i64 = result.groups.iter().map(|group| group.revenue_minor).sum();
    let share = |minor: i64| (revenue_of_all > 0).then(|| minor as f64 / revenue_of_all as f64);
    RfmReport {
        as_of: result.as_of.iso(),
        currency: currency.map(|currency| currency.code().to_owned()),
        cut_points: CutPointsDto { r: cuts.recency_days, f: cuts.orders, m: cuts.revenue_minor },
        definition: "quintiles_of_buyers_high_from_4".to_owned(),
        cells: cells
            .iter()
            .map(|cell| RfmCellDto {
                r: cell.r,
                f: cell.f,
                m: cell.m,
                customers: cell.customers,
                revenue: Money::of(cell.revenue_minor, currency),
            })
            .collect(),
        groups: result
            .groups
            .iter()
            .map(|group| RfmGroupDto {
                group: group.group.code().to_owned(),
                customers: group.customers,
                revenue: Money::of(group.revenue_minor, currency),
                lifetime: group.lifetime_minor.map(|minor| Money::of(minor, currency)),
                share_of_revenue: share(group.revenue_minor),
            })
            .collect(),
        buyers: result.rfm.customers,
    }
}

/// Recency, frequency and monetary scores of all buyers.
#[utoipa::path(
    get, path = "/api/v1/value/rfm", operation_id = "get_rfm", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = RfmReport),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no_value_run"),
    )
)]
pub async fn handler(State(state): State<ApiState>, _: Allowed<ValueRead>) -> Result<Json<RfmReport>, Problem> {
    let result = latest(&state).await?;
    let cells = rfm_cells(&state.app).await.map_err(problem_of_customers)?;
    Ok(Json(report(&result, &cells)))
}
