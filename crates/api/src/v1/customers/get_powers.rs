//! Spread power and activity power of a customer.

use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, PowerScore, Powers};
use perennial_domain::powers::{Deeds, Power, WEIGHTS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PowersDto {
    /// The first and the last day that is counted over, in the brand's zone: ninety days.
    #[schema(example = "2026-08-25", format = Date)]
    pub from: String,
    #[schema(example = "2026-11-22", format = Date)]
    pub until: String,
    /// When the deeds of all customers were counted: up to ten minutes ago.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// How far the customer carries the brand.
    pub spread: PowerDto,
    /// How much the customer takes part.
    pub activity: PowerDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PowerDto {
    /// How many of a hundred customers with any points have at most as many, rounded up; 0 for who has none.
    #[schema(example = 80, minimum = 0, maximum = 100)]
    pub score: u8,
    #[schema(example = 212)]
    pub points: u64,
    /// How many customers have any points.
    #[schema(example = 5)]
    pub among: usize,
    /// What the points are made of.
    pub measures: Vec<PowerMeasure>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PowerMeasure {
    /// `shares`, `readers` and `registrations` make spread power, `events_joined` activity power.
    #[schema(example = "readers")]
    pub measure: String,
    #[schema(example = 85)]
    pub count: u32,
    /// Points for each.
    #[schema(example = 2)]
    pub weight: u64,
    #[schema(example = 170)]
    pub points: u64,
}

fn power_of(power: Power, score: PowerScore, deeds: &Deeds) -> PowerDto {
    let own = WEIGHTS.into_iter().filter(|(of, ..)| *of == power);
    let measures = own.map(|(_, measure, weight)| PowerMeasure {
        measure: measure.code().to_owned(),
        count: deeds.count(measure),
        weight,
        points: u64::from(deeds.count(measure)) * weight,
    });
    PowerDto { score: score.score, points: score.points, among: score.among, measures: measures.collect() }
}

impl From<Powers> for PowersDto {
    fn from(powers: Powers) -> Self {
        Self {
            from: powers.from.iso(),
            until: powers.until.iso(),
            as_of: powers.as_of.rfc3339(),
            spread: power_of(Power::Spread, powers.spread, &powers.deeds),
            activity: power_of(Power::Activity, powers.activity, &powers.deeds),
        }
    }
}

/// Spread power and activity power of the last ninety days, beside all customers, and what makes them.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/powers", operation_id = "get_powers", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = PowersDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<PowersDto>, Problem> {
    let number = customer_number(&id)?;
    let powers = customers::customer_powers(&state.app, &actor, number, &state.powers).await;
    Ok(Json(powers.map_err(problem_of_customers)?.into()))
}
