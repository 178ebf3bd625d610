//! A customer's spending by month.

use super::list_timeline::TimelineEntry;
use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, Spending};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerSpendingDto {
    /// From the first to the last with a purchase or a refund, without gaps.
    pub months: Vec<SpendingMonth>,
    /// The last month that is over, in the brand's zone.
    #[schema(example = "2026-10")]
    pub last_complete_month: String,
    /// Null where no month brought anything.
    pub peak: Option<SpendingPeak>,
    /// The last three deeds before the half-life date, newest first; none where spending has not halved.
    pub before_fade: Vec<TimelineEntry>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SpendingMonth {
    #[schema(example = "2026-05")]
    pub month: String,
    /// Net of refunds of that month.
    pub revenue: Money,
    pub orders: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SpendingPeak {
    /// That with the greatest net revenue, of equal ones the latest.
    #[schema(example = "2026-05")]
    pub month: String,
    pub revenue: Money,
    /// The first day of the month from which on no complete month came to more than half of the peak; null where that has
    /// not been so for two months, or for as long as the customer ever paused.
    #[schema(example = "2026-07-01", format = Date)]
    pub half_life_date: Option<String>,
}

impl From<Spending> for CustomerSpendingDto {
    fn from(spending: Spending) -> Self {
        let money = |minor: i64| Money::of(minor, spending.currency);
        let months = spending.months.iter().map(|one| SpendingMonth {
            month: one.month.iso(),
            revenue: money(one.revenue_minor),
            orders: one.orders,
        });
        let peak = spending.peak.map(|peak| SpendingPeak {
            month: peak.month.iso(),
            revenue: money(peak.revenue_minor),
            half_life_date: peak.half_life.map(|day| day.iso()),
        });
        Self {
            months: months.collect(),
            last_complete_month: spending.last_complete.iso(),
            peak,
            before_fade: spending.before_fade.into_iter().map(TimelineEntry::from).collect(),
        }
    }
}

/// Spending by month with its peak, since when it has faded, and what happened just before.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/spending", operation_id = "get_spending", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerSpendingDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerSpendingDto>, Problem> {
    let number = customer_number(&id)?;
    let spending = customers::customer_spending(&state.app, &actor, number).await.map_err(problem_of_customers)?;
    Ok(Json(spending.into()))
}
