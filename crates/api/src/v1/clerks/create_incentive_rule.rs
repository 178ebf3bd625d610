//! A new rule.

use super::incentive_dto::IncentiveRuleDto;
use super::problem_of_clerks;
use crate::auth::{Allowed, StoresManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::clerks::{self, NewRule, Rule};
use perennial_domain::clerks::RuleKind;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRuleBody {
    /// `sign_up` or `first_order`.
    #[schema(example = "sign_up")]
    kind: String,
    /// In the smallest unit of the brand's currency.
    #[schema(example = 500)]
    amount_minor: i64,
    /// Of a sign-up: so long the event takes it back. Of a first order: within so long after the sign-up it earns.
    #[schema(example = 7)]
    days: i64,
    /// The name of an event of the person that takes a sign-up back.
    #[schema(example = "Unfollowed")]
    event: Option<String>,
}

/// Makes a rule by which clerks earn from now on. Rules do not change: end one, and make another.
#[utoipa::path(
    post, path = "/api/v1/incentive-rules", operation_id = "create_incentive_rule", tag = "clerks",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewRuleBody,
    responses(
        (status = 201, body = IncentiveRuleDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    key: Key,
    ApiJson(body): ApiJson<NewRuleBody>,
) -> Result<(StatusCode, Json<IncentiveRuleDto>), Problem> {
    let answer = |rule: &Rule| kept(StatusCode::CREATED, &IncentiveRuleDto::from(rule.clone()));
    let unknown = || Problem::invalid(vec![ProblemField::new("/kind", "unknown_value", "sign_up, first_order")]);
    let kind = RuleKind::parse(&body.kind).ok_or_else(unknown)?;
    let new = NewRule { kind, amount_minor: body.amount_minor, days: body.days, event: body.event };
    let created = clerks::create_rule(&state.app, &actor, new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_clerks)?.into())))
}
