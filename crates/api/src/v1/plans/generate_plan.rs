//! A draft from what arrived.

use super::plan_dto::PlanDto;
use super::problem_of_plans;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::plans::{self, COUNTED_DAYS_DEFAULT, Generated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GenerateBody {
    /// From what arrived in the last so many days, 1 to 90; absent: 30.
    #[schema(example = 30, minimum = 1, maximum = 90)]
    days: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct GeneratedPlan {
    pub plan: PlanDto,
    /// How many facts the draft was made from; at most some 200000 are read.
    #[schema(example = 12000)]
    pub facts: u64,
    /// Facts of events for which the draft has no room: 200 are told apart.
    #[schema(example = 0)]
    pub left_out: u64,
}

impl From<&Generated> for GeneratedPlan {
    fn from(generated: &Generated) -> Self {
        Self { plan: generated.plan.clone().into(), facts: generated.facts, left_out: generated.left_out }
    }
}

/// Replaces the draft by one made from what arrived: events, properties, types, what was always there, small
/// vocabularies. It allows all that was seen; a person then changes and freezes it.
#[utoipa::path(
    post, path = "/api/v1/sources/{id}/plan/draft", operation_id = "generate_plan", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = GenerateBody,
    responses(
        (status = 200, body = GeneratedPlan),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: nothing came in this time"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<GenerateBody>,
) -> Result<Json<GeneratedPlan>, Problem> {
    let days = body.days.unwrap_or(COUNTED_DAYS_DEFAULT);
    let answer = |generated: &Generated| kept(StatusCode::OK, &GeneratedPlan::from(generated));
    let generated = plans::generate_plan(&state.app, &actor, &id, days, &key.once(&answer)).await;
    Ok(Json(GeneratedPlan::from(&generated.map_err(problem_of_plans)?)))
}
