//! The home page in JSON.

use crate::money::Money;
use crate::v1::customers::dto::CustomerRow;
use perennial_app::customers::CustomerItem;
use perennial_app::overview::Overview;
use perennial_app::value::ValueResult;
use perennial_app::value::result::{Attention, AttentionReason, Change};
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub const ATTENTION_MAX: usize = 10;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverviewDto {
    /// The day that the values are as of; null before the first value run.
    #[schema(format = Date)]
    pub as_of: Option<String>,
    #[schema(example = "GBP")]
    pub currency: Option<String>,
    pub customers: i64,
    pub buyers: i64,
    pub has_data: bool,
    pub data_freshness: FreshnessDto,
    pub total_value: Option<TotalValueDto>,
    pub change: Option<ChangeDto>,
    pub groups: Vec<OverviewGroupDto>,
    pub trend: Vec<TrendMonthDto>,
    /// At most ten.
    pub attention: Vec<AttentionDto>,
    pub jobs: OverviewJobs,
    pub imports: OverviewImports,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FreshnessDto {
    #[schema(format = DateTime)]
    pub last_fact_at: Option<String>,
    pub last_import: Option<LastImportDto>,
    pub last_value_run: Option<LastRunDto>,
    /// Accepted and not in the history yet.
    pub waiting_facts: i64,
    /// What customers bought has changed since the values were made.
    pub stale: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LastImportDto {
    pub id: String,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    pub files: Vec<String>,
    pub accepted: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LastRunDto {
    pub id: String,
    #[schema(format = DateTime)]
    pub finished_at: String,
    #[schema(format = Date)]
    pub as_of: String,
}

/// Potential and what builds on it are null where there is too little data.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TotalValueDto {
    pub lifetime: Option<Money>,
    pub historical: Money,
    pub current: Money,
    pub potential: Option<Money>,
    pub potential_low: Option<Money>,
    pub potential_high: Option<Money>,
    pub definition: DefinitionDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DefinitionDto {
    pub horizon_days: u32,
    pub discount_rate_annual: f64,
    pub margin_basis_points: u32,
    pub current_window_days: u32,
    /// False: revenue counts as value.
    pub margin_is_set: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ChangeDto {
    #[schema(format = Date)]
    pub since: String,
    pub total: Money,
    /// They add to the total.
    pub drivers: Vec<DriverDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DriverDto {
    /// `new_customers`, `purchases`, `refunds` or `expectation`.
    #[schema(example = "new_customers")]
    pub driver: String,
    pub amount: Money,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverviewGroupDto {
    #[schema(example = "champions")]
    pub group: String,
    pub customers: u64,
    /// Null where there is too little data for a forecast.
    pub lifetime: Option<Money>,
    /// Of all customers' lifetime value; null when that is unknown or not positive.
    #[schema(example = 0.31)]
    pub share: Option<f64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TrendMonthDto {
    #[schema(example = "2011-11")]
    pub month: String,
    /// Net of refunds.
    pub revenue: Money,
    pub orders: u64,
    pub buyers: u64,
    pub new_buyers: u64,
    /// The data end inside this month.
    pub partial: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttentionDto {
    pub customer: CustomerRow,
    /// `overdue` or `high_value_fading`.
    #[schema(example = "overdue")]
    pub reason: String,
    pub detail: AttentionDetail,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AttentionDetail {
    #[schema(format = Date)]
    pub expected_on: Option<String>,
    pub days_overdue: Option<i32>,
    /// Null where there is too little data for a forecast.
    pub potential: Option<Money>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverviewJobs {
    pub running: i64,
    pub dead: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct OverviewImports {
    pub unfinished: usize,
}

impl OverviewDto {
    pub fn of(overview: &Overview, attention: &[CustomerItem]) -> Self {
        let value = overview.value.as_ref();
        let currency = overview.settings.currency;
        Self {
            as_of: value.map(|value| value.as_of.iso()),
            currency: currency.map(|currency| currency.code().to_owned()),
            customers: overview.customers,
            buyers: overview.buyers,
            has_data: overview.customers > 0 || overview.last_import.is_some() || overview.waiting_facts > 0,
            data_freshness: freshness(overview),
            total_value: value.map(total_value),
            change: value.and_then(|value| value.change).map(|change| change_dto(&change, currency)),
            groups: value.map(groups).unwrap_or_default(),
            trend: value.map(trend).unwrap_or_default(),
            attention: value.map(|value| attention_dtos(value, attention)).unwrap_or_default(),
            jobs: OverviewJobs { running: overview.jobs_running, dead: overview.jobs_dead },
            imports: OverviewImports { unfinished: overview.imports_unfinished },
        }
    }
}

fn freshness(overview: &Overview) -> FreshnessDto {
    let instant = |at: i64| Instant(at).rfc3339();
    FreshnessDto {
        last_fact_at: overview.last_purchase_at.map(instant),
        last_import: overview.last_import.as_ref().map(|import| LastImportDto {
            id: import.id.clone(),
            finished_at: import.finished_at.map(instant),
            files: import.files.iter().map(|file| file.name.clone()).collect(),
            accepted: import.result.applied.accepted,
        }),
        last_value_run: overview.value.as_ref().map(|value| LastRunDto {
            id: value.run_id.clone(),
            finished_at: instant(value.finished_at),
            as_of: value.as_of.iso(),
        }),
        waiting_facts: overview.waiting_facts,
        stale: overview.stale,
    }
}

fn total_value(value: &ValueResult) -> TotalValueDto {
    let (totals, definition) = (&value.totals, &value.definition);
    let money = |minor: i64| Money::of(minor, definition.currency);
    TotalValueDto {
        lifetime: totals.lifetime_minor.map(money),
        historical: money(totals.historical_minor),
        current: money(totals.current_minor),
        potential: totals.potential_minor.map(money),
        potential_low: totals.potential_low_minor.map(money),
        potential_high: totals.potential_high_minor.map(money),
        definition: DefinitionDto {
            horizon_days: definition.horizon_days,
            discount_rate_annual: f64::from(definition.discount_rate_annual_basis_points) / 10_000.0,
            margin_basis_points: definition.margin_basis_points,
            current_window_days: definition.current_window_days,
            margin_is_set: definition.margin_is_set,
        },
    }
}

fn change_dto(change: &Change, currency: Option<Currency>) -> ChangeDto {
    let drivers = [
        ("new_customers", change.new_customers_minor),
        ("purchases", change.purchases_minor),
        ("refunds", change.refunds_minor),
        ("expectation", change.expectation_minor),
    ];
    let driver =
        |(driver, minor): (&str, i64)| DriverDto { driver: driver.to_owned(), amount: Money::of(minor, currency) };
    ChangeDto {
        since: change.since.iso(),
        total: Money::of(change.total_minor, currency),
        drivers: drivers.into_iter().map(driver).collect(),
    }
}

fn groups(value: &ValueResult) -> Vec<OverviewGroupDto> {
    let total: Option<i64> = value.groups.iter().map(|group| group.lifetime_minor).sum();
    let total = total.filter(|total| *total > 0);
    let share = |minor: Option<i64>| minor.zip(total).map(|(minor, total)| minor as f64 / total as f64);
    value
        .groups
        .iter()
        .map(|group| OverviewGroupDto {
            group: group.group.code().to_owned(),
            customers: group.customers,
            lifetime: group.lifetime_minor.map(|minor| Money::of(minor, value.definition.currency)),
            share: share(group.lifetime_minor),
        })
        .collect()
}

fn trend(value: &ValueResult) -> Vec<TrendMonthDto> {
    value
        .trend
        .iter()
        .map(|month| TrendMonthDto {
            month: month.month().iso(),
            revenue: Money::of(month.gross_minor - month.refunds_minor, value.definition.currency),
            orders: month.orders,
            buyers: month.buyers,
            new_buyers: month.new_buyers,
            partial: month.partial,
        })
        .collect()
}

/// Customers come by number; one that is gone meanwhile is left out.
fn attention_dtos(value: &ValueResult, items: &[CustomerItem]) -> Vec<AttentionDto> {
    let find = |one: &Attention| {
        let number = i64::from(one.customer_number);
        items.iter().find(|item| item.row.counters.number == number).map(|item| attention(one, item, value))
    };
    value.attention.iter().take(ATTENTION_MAX).filter_map(find).collect()
}

fn attention(one: &Attention, item: &CustomerItem, value: &ValueResult) -> AttentionDto {
    let reason = match one.reason {
        AttentionReason::Overdue => "overdue",
        AttentionReason::HighValueFading => "high_value_fading",
    };
    AttentionDto {
        customer: CustomerRow::from(item),
        reason: reason.to_owned(),
        detail: AttentionDetail {
            expected_on: one.due.map(Day::iso),
            days_overdue: one.due.map(|due| value.as_of.0 - due.0).filter(|days| *days > 0),
            potential: one.potential_minor.map(|minor| Money::of(minor, value.definition.currency)),
        },
    }
}
