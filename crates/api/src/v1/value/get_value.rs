//! What all customers together are worth, and the models behind it.

use super::latest;
use super::model_dto::{ModelDto, SpendModelDto};
use super::unit_code;
use crate::auth::{Allowed, ValueRead};
use crate::money::Money;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::value::ValueResult;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MICROS_PER_SECOND: f64 = 1_000_000.0;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ValueDto {
    #[schema(format = Date)]
    pub as_of: String,
    #[schema(example = "GBP")]
    pub currency: Option<String>,
    #[schema(example = "week")]
    pub unit: String,
    pub horizon_days: u32,
    pub current_window_days: u32,
    pub discount_rate_annual: f64,
    pub margin_basis_points: u32,
    pub margin_is_set: bool,
    pub customers: u64,
    #[schema(example = "pareto_nbd")]
    pub default_model: String,
    pub models: Vec<ModelDto>,
    pub spend_model: SpendModelDto,
    pub totals: TotalsDto,
    pub top20: Top20Dto,
    pub run: RunSummaryDto,
}

/// Potential and what builds on it are null where there is too little data.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TotalsDto {
    pub historical: Money,
    pub current: Money,
    pub potential: Option<Money>,
    pub potential_low: Option<Money>,
    pub potential_high: Option<Money>,
    pub lifetime: Option<Money>,
}

/// The best 20 % of the customers by profit so far.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Top20Dto {
    #[schema(example = 0.714)]
    pub share_of_profit: Option<f64>,
    /// Of the profit of the best 20 %: the share that repeat customers bring.
    #[schema(example = 0.88)]
    pub repeat_customer_share: Option<f64>,
    pub customers: u64,
    pub profit: Money,
    /// Share of profit of the poorest p of the customers.
    pub lorenz: Vec<LorenzPoint>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LorenzPoint {
    #[schema(example = 0.2)]
    pub p: f64,
    #[schema(example = 0.03)]
    pub share: f64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RunSummaryDto {
    #[schema(example = "run_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(format = DateTime)]
    pub finished_at: String,
    pub seconds: f64,
}

impl From<&ValueResult> for ValueDto {
    fn from(result: &ValueResult) -> Self {
        let definition = &result.definition;
        let money = |minor: i64| Money::of(minor, definition.currency);
        let totals = &result.totals;
        Self {
            as_of: result.as_of.iso(),
            currency: definition.currency.map(|currency| currency.code().to_owned()),
            unit: unit_code(definition.unit).to_owned(),
            horizon_days: definition.horizon_days,
            current_window_days: definition.current_window_days,
            discount_rate_annual: f64::from(definition.discount_rate_annual_basis_points) / 10_000.0,
            margin_basis_points: definition.margin_basis_points,
            margin_is_set: definition.margin_is_set,
            customers: result.customers,
            default_model: result.default_model.code().to_owned(),
            models: result.models.iter().map(ModelDto::from).collect(),
            spend_model: SpendModelDto::from(&result.spend_model),
            totals: TotalsDto {
                historical: money(totals.historical_minor),
                current: money(totals.current_minor),
                potential: totals.potential_minor.map(money),
                potential_low: totals.potential_low_minor.map(money),
                potential_high: totals.potential_high_minor.map(money),
                lifetime: totals.lifetime_minor.map(money),
            },
            top20: top20(result),
            run: RunSummaryDto {
                id: result.run_id.clone(),
                started_at: Instant(result.started_at).rfc3339(),
                finished_at: Instant(result.finished_at).rfc3339(),
                seconds: (result.finished_at - result.started_at) as f64 / MICROS_PER_SECOND,
            },
        }
    }
}

fn top20(result: &ValueResult) -> Top20Dto {
    let concentration = &result.concentration;
    let last = concentration.lorenz.len().saturating_sub(1).max(1) as f64;
    let point = |(place, share): (usize, &f64)| LorenzPoint { p: place as f64 / last, share: *share };
    // The sum of a million customers' profits fits, as every single one does with room to spare.
    let profit = i64::try_from(concentration.top_minor).unwrap_or(i64::MAX);
    Top20Dto {
        share_of_profit: concentration.top_share,
        repeat_customer_share: result.top_repeat_share,
        customers: concentration.top_customers,
        profit: Money::of(profit, result.definition.currency),
        lorenz: concentration.lorenz.iter().enumerate().map(point).collect(),
    }
}

/// Totals, models and concentration of the last value run.
#[utoipa::path(
    get, path = "/api/v1/value", operation_id = "get_value", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = ValueDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "no_value_run"),
    )
)]
pub async fn handler(State(state): State<ApiState>, _: Allowed<ValueRead>) -> Result<Json<ValueDto>, Problem> {
    Ok(Json(ValueDto::from(&latest(&state).await?)))
}
