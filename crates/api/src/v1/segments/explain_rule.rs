//! Why a rule holds for a customer.

use super::problem_of_segments;
use super::rule_dto::{ExplainedRuleDto, RuleDto, one_of, told};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::segments::{self, Asked};
use serde::Deserialize;
use utoipa::ToSchema;

/// A rule as text, as JSON, or that of a segment: one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainBody {
    #[schema(example = "cus_7k2m9qx4")]
    customer: String,
    #[schema(example = "never anything in last 60 days")]
    text: Option<String>,
    rule: Option<RuleDto>,
    /// The code of a segment.
    segment: Option<String>,
}

/// Answers a rule for one customer, as a tree in which each part is ticked or not, with what was found, the facts that
/// decided, and until when that stays. Facts of a moment ago count.
#[utoipa::path(
    post, path = "/api/v1/rules/explain", operation_id = "explain_rule", tag = "segments",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    request_body = ExplainBody,
    responses(
        (status = 200, body = ExplainedRuleDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the customer has more facts than a rule is answered over"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: what the parts of all customers are is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiJson(body): ApiJson<ExplainBody>,
) -> Result<Json<ExplainedRuleDto>, Problem> {
    let ExplainBody { customer, text, rule, segment } = body;
    let asked = match segment {
        Some(code) if text.is_none() && rule.is_none() => Asked::Segment(code),
        None if text.is_some() != rule.is_some() => Asked::Rule(told(text, rule)?),
        _ => return Err(one_of("text, rule or segment")),
    };
    let explained = segments::explain(&state.app, Some(&state.live), &actor, &asked, customer_number(&customer)?).await;
    Ok(Json(explained.map_err(problem_of_segments)?.into()))
}
