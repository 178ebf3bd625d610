//! How what comes compares with what is planned.

use super::{DaysParams, problem_of_plans};
use crate::auth::{Allowed, SourcesRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::plans::{self, COUNTED_DAYS_DEFAULT, Coverage, EventCoverage, Example, HourCount, ViolationView};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanCoverage {
    /// `observe`, `flag` or `quarantine`.
    #[schema(example = "flag")]
    pub mode: String,
    /// The frozen version that this compares with; null: nothing is frozen, and nothing is counted.
    #[schema(example = 2)]
    pub number: Option<i64>,
    /// Counts begin with this hour.
    #[schema(format = DateTime)]
    pub since: String,
    /// Events of the plan.
    #[schema(example = 24)]
    pub planned: usize,
    /// Of those: any fact came.
    #[schema(example = 24)]
    pub seen: usize,
    /// Of those: a fact came as planned.
    #[schema(example = 23)]
    pub covered: usize,
    /// All of types that the plan speaks of.
    #[schema(example = 1204)]
    pub facts: i64,
    #[schema(example = 1200)]
    pub facts_as_planned: i64,
    /// Those of events that are not planned.
    #[schema(example = 1)]
    pub facts_unknown: i64,
    /// In the order of the plan.
    pub events: Vec<PlanEventCoverage>,
    /// Those of most facts first, up to 500.
    pub violations: Vec<PlanViolation>,
    /// The oldest first; hours without any are left out.
    pub hours: Vec<PlanHour>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanEventCoverage {
    #[serde(rename = "type")]
    #[schema(example = "track")]
    pub kind: String,
    #[schema(example = "Product Viewed")]
    pub name: Option<String>,
    #[schema(example = 500)]
    pub facts: i64,
    /// Of those, not as planned.
    #[schema(example = 3)]
    pub violating: i64,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanViolation {
    #[schema(example = "track")]
    pub event_type: String,
    /// Of an event that is not planned, its name is masked where it may be a person's; `…` stands for all that have no
    /// row of their own.
    #[schema(example = "Order Completed")]
    pub event: String,
    /// `unknown_event`, `missing_property`, `wrong_type`, `wrong_value` or `unknown_property`.
    #[schema(example = "missing_property")]
    pub kind: String,
    /// Empty where it is about the event itself.
    #[schema(example = "order_id")]
    pub property: String,
    #[schema(example = 3)]
    pub facts: i64,
    /// In words.
    #[schema(example = "text")]
    pub allowed: String,
    pub first: PlanExample,
    pub last: PlanExample,
}

/// A message by its id, and what was found in it: a type and a mask, never a value.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanExample {
    #[schema(format = DateTime)]
    pub at: String,
    pub message_id: String,
    #[schema(example = "text 99,99")]
    pub found: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PlanHour {
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(example = "missing_property")]
    pub kind: String,
    #[schema(example = 3)]
    pub facts: i64,
}

impl From<Coverage> for PlanCoverage {
    fn from(coverage: Coverage) -> Self {
        Self {
            mode: coverage.mode.code().to_owned(),
            number: coverage.number,
            since: coverage.since.rfc3339(),
            planned: coverage.planned,
            seen: coverage.seen,
            covered: coverage.covered,
            facts: coverage.facts,
            facts_as_planned: coverage.facts_as_planned,
            facts_unknown: coverage.facts_unknown,
            events: coverage.events.into_iter().map(event_of).collect(),
            violations: coverage.violations.into_iter().map(violation_of).collect(),
            hours: coverage.hours.into_iter().map(hour_of).collect(),
        }
    }
}

fn event_of(event: EventCoverage) -> PlanEventCoverage {
    PlanEventCoverage {
        kind: event.kind.code().to_owned(),
        name: event.name,
        facts: event.facts,
        violating: event.violating,
        last_at: event.last_at.map(Instant::rfc3339),
    }
}

fn violation_of(violation: ViolationView) -> PlanViolation {
    let example = |one: Example| PlanExample { at: one.at.rfc3339(), message_id: one.message_id, found: one.found };
    PlanViolation {
        event_type: violation.event_type,
        event: violation.event,
        kind: violation.kind.code().to_owned(),
        property: violation.property,
        facts: violation.facts,
        allowed: violation.allowed,
        first: example(violation.first),
        last: example(violation.last),
    }
}

fn hour_of(hour: HourCount) -> PlanHour {
    PlanHour { from: hour.from.rfc3339(), kind: hour.kind.code().to_owned(), facts: hour.facts }
}

/// Which planned events come, what of them is not as planned, and what comes that is not planned. Counted with the facts
/// themselves: what was accepted is counted.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/plan/coverage", operation_id = "get_plan_coverage", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk"), DaysParams),
    responses(
        (status = 200, body = PlanCoverage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<DaysParams>,
) -> Result<Json<PlanCoverage>, Problem> {
    let days = params.days.unwrap_or(COUNTED_DAYS_DEFAULT);
    let coverage = plans::coverage(&state.app, &actor, &id, days).await.map_err(problem_of_plans)?;
    Ok(Json(coverage.into()))
}
