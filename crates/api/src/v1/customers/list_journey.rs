//! What happened with a customer, by the five stages of a journey.

use super::list_timeline::TimelineEntry;
use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, Journey, JourneyQuery, Reached};
use perennial_domain::arrival::{Arrival, Step};
use perennial_domain::stages::Stage;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JourneyParams {
    /// `contact`, `learn`, `buy`, `query` or `interact`; several with commas. All when absent.
    #[param(example = "learn,buy")]
    pub stage: Option<String>,
    /// Facts that came through this channel, as messages name it.
    #[param(example = "web")]
    pub channel: Option<String>,
    /// Facts that came through this touch-point, by its code.
    #[param(example = "store")]
    pub touch_point: Option<String>,
    /// How many items, 1 to 200; 50 when absent. A page may be a little longer: one order's facts stay together.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct JourneyPage {
    /// All five in their order, counted over what came through the channel and touch-point that are asked for.
    pub stages: Vec<JourneyStage>,
    /// Whatever is asked for: all channels that facts of the customer name.
    pub channels: Vec<ReachedDto>,
    /// Whatever is asked for: all touch-points that facts of the customer name.
    pub touch_points: Vec<ReachedDto>,
    pub arrival: ArrivalDto,
    /// Newest first.
    pub items: Vec<JourneyItem>,
    pub next_cursor: Option<String>,
}

/// How somebody came, of the whole life, whatever is asked for.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ArrivalDto {
    /// A stranger, somebody who is interested, somebody who registered: all three in their order.
    pub steps: Vec<ArrivalStep>,
    /// The first touch-point that a fact names.
    #[schema(example = "offline_promotion")]
    pub touch_point: Option<String>,
    #[schema(format = DateTime)]
    pub met_at: Option<String>,
    /// A file or a system of the brand told of them and a touch-point met them: an old customer who was recognised.
    pub is_recognised: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ArrivalStep {
    /// `suspected`, `potential` or `registered`.
    #[schema(example = "potential")]
    pub step: String,
    /// Null: not yet.
    #[schema(format = DateTime)]
    pub since: Option<String>,
}

impl From<Arrival> for ArrivalDto {
    fn from(arrival: Arrival) -> Self {
        let step = |(step, since): (Step, Option<Instant>)| ArrivalStep {
            step: step.code().to_owned(),
            since: since.map(Instant::rfc3339),
        };
        let (met_at, touch_point) = arrival.met.unzip();
        Self {
            steps: Step::ALL.into_iter().zip(arrival.steps).map(step).collect(),
            touch_point,
            met_at: met_at.map(Instant::rfc3339),
            is_recognised: arrival.is_recognised,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct JourneyStage {
    /// `contact`, `learn`, `buy`, `query` or `interact`.
    #[schema(example = "buy")]
    pub stage: String,
    #[schema(example = 14)]
    pub facts: u64,
    #[schema(format = DateTime)]
    pub first_at: Option<String>,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

/// A channel, a touch-point or an event by its name, with how often it was met.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct ReachedDto {
    #[schema(example = "store")]
    pub code: String,
    #[schema(example = 14)]
    pub facts: u64,
    #[schema(format = DateTime)]
    pub first_at: String,
    #[schema(format = DateTime)]
    pub last_at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct JourneyItem {
    /// `contact`, `learn`, `buy`, `query` or `interact`.
    #[schema(example = "buy")]
    pub stage: String,
    pub fact: TimelineEntry,
}

pub(super) fn reached(of: BTreeMap<String, Reached>) -> Vec<ReachedDto> {
    let one = |(code, reached): (String, Reached)| ReachedDto {
        code,
        facts: reached.facts,
        first_at: reached.first_at.rfc3339(),
        last_at: reached.last_at.rfc3339(),
    };
    of.into_iter().map(one).collect()
}

impl From<Journey> for JourneyPage {
    fn from(journey: Journey) -> Self {
        let stage = |(stage, reached): (Stage, Option<Reached>)| JourneyStage {
            stage: stage.code().to_owned(),
            facts: reached.map_or(0, |one| one.facts),
            first_at: reached.map(|one| one.first_at.rfc3339()),
            last_at: reached.map(|one| one.last_at.rfc3339()),
        };
        let item = |(stage, item): (Stage, customers::TimelineItem)| JourneyItem {
            stage: stage.code().to_owned(),
            fact: item.into(),
        };
        Self {
            stages: journey.stages.into_iter().map(stage).collect(),
            channels: reached(journey.channels),
            touch_points: reached(journey.touch_points),
            arrival: journey.arrival.into(),
            items: journey.items.into_iter().map(item).collect(),
            next_cursor: journey.next_cursor,
        }
    }
}

fn stages(text: Option<&str>) -> Result<Vec<Stage>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
    let stages: Option<Vec<Stage>> = text.split(',').map(|code| Stage::parse(code.trim())).collect();
    let allowed = || Stage::ALL.map(Stage::code).join(", ");
    stages.ok_or_else(|| Problem::invalid(vec![ProblemField::new("stage", "unknown_value", allowed())]))
}

/// What happened with a customer, newest first, each fact with its stage; and how many facts there are of each stage.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/journey", operation_id = "list_journey", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), JourneyParams),
    responses(
        (status = 200, body = JourneyPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<JourneyParams>,
) -> Result<Json<JourneyPage>, Problem> {
    let number = customer_number(&id)?;
    let limit = page::checked_limit(params.limit)?;
    let query = JourneyQuery {
        stages: stages(params.stage.as_deref())?,
        channel: params.channel,
        touch_point: params.touch_point,
    };
    let cursor = params.cursor.as_deref();
    let journey = customers::customer_journey(&state.app, &actor, number, &query, cursor, limit).await;
    Ok(Json(journey.map_err(problem_of_customers)?.into()))
}
