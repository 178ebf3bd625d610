//! When a customer is active, and where.

use super::list_journey::{ReachedDto, reached};
use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, Behaviour};
use perennial_domain::cycle::{Cell, WEEKDAYS, WEEKS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BehaviourDto {
    /// The first and the last day that `cells` are counted over, in the brand's zone.
    #[schema(example = "2026-09-14", format = Date)]
    pub from: String,
    #[schema(example = "2026-11-22", format = Date)]
    pub until: String,
    /// How many weeks that is.
    #[schema(example = 10)]
    pub weeks: i32,
    /// The weekday and time of day with activity in the most weeks; null where that is in fewer than three.
    pub cycle: Option<ActiveCell>,
    /// Those with any activity.
    pub cells: Vec<ActiveCell>,
    /// Days with any activity.
    #[schema(example = 6)]
    pub active_days: usize,
    /// Of the days from one active day to the next, the lower one of the middle.
    #[schema(example = 7)]
    pub median_interval_days: Option<i32>,
    /// Touch-points that facts name, over the whole life.
    pub touch_points: Vec<ReachedDto>,
    /// Events of the stage `interact` by name, over the whole life.
    pub community: Vec<ReachedDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ActiveCell {
    /// `monday` to `sunday`.
    #[schema(example = "sunday")]
    pub weekday: String,
    /// `night` from 0 to 6 o'clock, `morning`, `afternoon`, `evening` from 18 o'clock on.
    #[schema(example = "evening")]
    pub slot: String,
    /// In how many of the weeks there was any activity.
    #[schema(example = 6)]
    pub weeks: usize,
    #[schema(example = 9)]
    pub facts: u64,
}

impl From<Cell> for ActiveCell {
    fn from(cell: Cell) -> Self {
        Self {
            weekday: WEEKDAYS[cell.weekday].to_owned(),
            slot: cell.slot.code().to_owned(),
            weeks: cell.weeks,
            facts: cell.facts,
        }
    }
}

impl From<Behaviour> for BehaviourDto {
    fn from(behaviour: Behaviour) -> Self {
        let times = behaviour.times;
        Self {
            from: times.from.iso(),
            until: times.until.iso(),
            weeks: WEEKS,
            cycle: times.cycle.map(ActiveCell::from),
            cells: times.cells.into_iter().map(ActiveCell::from).collect(),
            active_days: times.active_days,
            median_interval_days: times.median_interval_days,
            touch_points: reached(behaviour.touch_points),
            community: reached(behaviour.community),
        }
    }
}

/// The active cycle of the last ten weeks, the touch-points reached, and what the customer did in the community.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/behaviour", operation_id = "get_behaviour", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = BehaviourDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<BehaviourDto>, Problem> {
    let number = customer_number(&id)?;
    let behaviour = customers::customer_behaviour(&state.app, &actor, number).await.map_err(problem_of_customers)?;
    Ok(Json(behaviour.into()))
}
