//! Customers by the month of their first purchase.

use super::latest;
use crate::auth::{Allowed, ValueRead};
use crate::extract::ApiQuery;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::value::ValueResult;
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Month};
use perennial_domain::value::{Cohort, RepeatRate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const MEASURES: [&str; 3] = ["customers", "revenue", "rate"];

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CohortParams {
    /// `customers`, `revenue` or `rate`: what the console shows. The answer holds all of them.
    pub measure: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CohortReport {
    #[schema(format = Date)]
    pub as_of: String,
    pub currency: Option<String>,
    #[schema(example = json!(["2010-12", "2011-01"]))]
    pub months: Vec<String>,
    pub rows: Vec<CohortRow>,
    /// Half of all intervals between two purchases are at most this long.
    pub interval_median_days: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CohortRow {
    #[schema(example = "2010-12")]
    pub cohort: String,
    pub size: u64,
    pub cells: Vec<CohortCell>,
    /// Bought again within 30 days; null while nobody was observed for so long.
    pub repeat_30: Option<RepeatRateDto>,
    pub repeat_60: Option<RepeatRateDto>,
    pub repeat_90: Option<RepeatRateDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CohortCell {
    /// Months after the first purchase's.
    pub month_index: u32,
    pub customers: u64,
    pub revenue: Money,
    /// The month is over at `as_of`.
    pub complete: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RepeatRateDto {
    #[schema(example = 0.21)]
    pub rate: f64,
    /// Customers who were observed for the whole span.
    pub observable: u64,
}

fn repeat(rate: RepeatRate) -> Option<RepeatRateDto> {
    rate.rate().map(|share| RepeatRateDto { rate: share, observable: rate.observed })
}

fn row(month: Month, cohort: &Cohort, as_of: Day, currency: Option<Currency>) -> CohortRow {
    let cells = cohort.months.iter().zip(0u32..).map(|(cell, month_index)| {
        let next_month = Month(month.0 + i32::try_from(month_index).unwrap_or(0) + 1);
        CohortCell {
            month_index,
            customers: cell.customers,
            revenue: Money::of(cell.revenue_minor, currency),
            complete: next_month.first_day().0 <= as_of.0 + 1,
        }
    });
    let [repeat_30, repeat_60, repeat_90] = cohort.repeats.map(repeat);
    CohortRow { cohort: month.iso(), size: cohort.customers, cells: cells.collect(), repeat_30, repeat_60, repeat_90 }
}

fn report(result: &ValueResult) -> CohortReport {
    let currency = result.definition.currency;
    let cohorts = &result.cohorts.by_month;
    let first = cohorts.keys().next().map_or(0, |month| month.0);
    let last = cohorts.iter().map(|(month, cohort)| month.0 + cohort.months.len().max(1) as i32 - 1).max();
    CohortReport {
        as_of: result.as_of.iso(),
        currency: currency.map(|currency| currency.code().to_owned()),
        months: last.map(|last| (first..=last).map(|month| Month(month).iso()).collect()).unwrap_or_default(),
        rows: cohorts.iter().map(|(month, cohort)| row(Month(month.0), cohort, result.as_of, currency)).collect(),
        interval_median_days: result.cohorts.median_interval_days(),
    }
}

/// The cohort triangle, and how many bought again.
#[utoipa::path(
    get, path = "/api/v1/value/cohorts", operation_id = "get_cohorts", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])), params(CohortParams),
    responses(
        (status = 200, body = CohortReport),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no_value_run"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ValueRead>,
    ApiQuery(params): ApiQuery<CohortParams>,
) -> Result<Json<CohortReport>, Problem> {
    if params.measure.as_deref().is_some_and(|measure| !MEASURES.contains(&measure)) {
        return Err(Problem::invalid(vec![ProblemField::new("measure", "unknown_value", MEASURES.join(", "))]));
    }
    Ok(Json(report(&latest(&state).await?)))
}
