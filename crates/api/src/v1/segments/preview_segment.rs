//! How many customers a rule means, now.

use super::problem_of_segments;
use super::rule_dto::{RuleBody, RuleDto, told};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::live;
use perennial_domain::rules::text::print;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CountedRuleDto {
    /// How many customers the rule means, exactly.
    #[schema(example = 1_204)]
    pub count: u64,
    /// Of how many.
    #[schema(example = 3_269)]
    pub everybody: u64,
    #[schema(format = DateTime)]
    pub as_of: String,
    #[schema(example = "count of orders in last 6 months >= 2")]
    pub text: String,
    pub rule: RuleDto,
    /// At most twenty.
    pub clauses: Vec<CountedClauseDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CountedClauseDto {
    #[schema(example = "did orders")]
    pub text: String,
    /// Of how many customers it holds by itself.
    #[schema(example = 3_269)]
    pub count: u64,
    /// How many the rule would mean if this were not written.
    #[schema(example = 1_204)]
    pub without: u64,
}

/// Counts whom a rule means at this instant, of the customers whom the caller sees, and each of its clauses alone. A rule that
/// asks for something new has all facts looked through first; asked again, it is answered at once.
#[utoipa::path(
    post, path = "/api/v1/segments/preview", operation_id = "preview_segment", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = RuleBody,
    responses(
        (status = 200, body = CountedRuleDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who is in which segment is being worked out, or more comes in than is followed"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<RuleBody>,
) -> Result<Json<CountedRuleDto>, Problem> {
    let told = told(body.text, body.rule)?;
    let counted = live::count_rule(&state.app, &state.live, &actor, &told).await.map_err(problem_of_segments)?;
    let clause = |one: live::Alone| CountedClauseDto { text: one.text, count: one.count, without: one.without };
    Ok(Json(CountedRuleDto {
        count: counted.count,
        everybody: counted.everybody,
        as_of: counted.as_of.rfc3339(),
        text: print(&counted.rule),
        rule: RuleDto::from(&counted.rule),
        clauses: counted.clauses.into_iter().map(clause).collect(),
    }))
}
