//! How value is spread over the customers.

use super::latest;
use crate::auth::{Allowed, ValueRead};
use crate::extract::ApiQuery;
use crate::money::Money;
use crate::problem::{Code, Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::value::result::{Distribution, Measure};
use perennial_domain::money::Currency;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DistributionParams {
    /// `lifetime` (when absent), `potential`, `historical` or `current`.
    #[param(example = "lifetime")]
    pub measure: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DistributionDto {
    #[schema(example = "lifetime")]
    pub measure: String,
    pub currency: Option<String>,
    /// At most 40, and one more for values below zero; the last one is open.
    pub bins: Vec<BinDto>,
    /// Ten parts of equal size, the best customers first.
    pub deciles: Vec<DecileDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BinDto {
    pub from_minor: Option<i64>,
    pub to_minor: Option<i64>,
    pub customers: u64,
    pub amount: Money,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DecileDto {
    pub decile: u32,
    /// The smallest value in it.
    pub from_minor: i64,
    /// The largest value in it.
    pub to_minor: i64,
    pub customers: u64,
    pub amount: Money,
    pub share: Option<f64>,
}

fn code(measure: Measure) -> &'static str {
    match measure {
        Measure::Lifetime => "lifetime",
        Measure::Potential => "potential",
        Measure::Historical => "historical",
        Measure::Current => "current",
    }
}

fn parse(text: Option<&str>) -> Result<Measure, Problem> {
    let Some(text) = text else { return Ok(Measure::Lifetime) };
    let allowed = || Measure::ALL.map(code).join(", ");
    let found = Measure::ALL.into_iter().find(|measure| code(*measure) == text);
    found.ok_or_else(|| Problem::invalid(vec![ProblemField::new("measure", "unknown_value", allowed())]))
}

fn dto(distribution: &Distribution, currency: Option<Currency>) -> DistributionDto {
    DistributionDto {
        measure: code(distribution.measure).to_owned(),
        currency: currency.map(|currency| currency.code().to_owned()),
        bins: distribution
            .bins
            .iter()
            .map(|bin| BinDto {
                from_minor: bin.from_minor,
                to_minor: bin.to_minor,
                customers: bin.customers,
                amount: Money::of(bin.amount_minor, currency),
            })
            .collect(),
        deciles: distribution
            .deciles
            .iter()
            .map(|decile| DecileDto {
                decile: decile.decile,
                from_minor: decile.from_minor,
                to_minor: decile.to_minor,
                customers: decile.customers,
                amount: Money::of(decile.amount_minor, currency),
                share: decile.share,
            })
            .collect(),
    }
}

/// Histogram and deciles of a part of the value.
#[utoipa::path(
    get, path = "/api/v1/value/distribution", operation_id = "get_distribution", tag = "value",
    security(("session" = ["value.read"]), ("token" = ["value.read"])), params(DistributionParams),
    responses(
        (status = 200, body = DistributionDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "no_value_run; not_found: too little data for this measure"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ValueRead>,
    ApiQuery(params): ApiQuery<DistributionParams>,
) -> Result<Json<DistributionDto>, Problem> {
    let measure = parse(params.measure.as_deref())?;
    let result = latest(&state).await?;
    let found = result.distributions.iter().find(|distribution| distribution.measure == measure);
    let missing = || Problem::new(Code::NotFound, "there is too little data for this measure");
    Ok(Json(dto(found.ok_or_else(missing)?, result.definition.currency)))
}
