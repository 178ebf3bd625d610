//! A rule by which orders earn is defined or changed.

use super::earning_rule_dto::{EarningRuleBody, EarningRuleDto};
use super::problem_of_rewards;
use crate::auth::{Allowed, WalletsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::rewards::earning;

/// Defines a rule, or changes it where it still has the version that was read; one that was archived gives again. It holds for
/// orders that are placed from now on: what earlier ones earned, and what is taken back of them, stays by their version.
#[utoipa::path(
    put, path = "/api/v1/earning-rules/{id}", operation_id = "put_earning_rule", tag = "rewards",
    security(("session" = ["wallets.manage"]), ("token" = ["wallets.manage"])),
    params(
        ("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "base"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to define it",
            example = "\"1\""),
    ),
    request_body = EarningRuleBody,
    responses(
        (status = 200, body = EarningRuleDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: it is defined already, and If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WalletsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<EarningRuleBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let saved = earning::define_rule(&state.app, &actor, &code, version, body.read()?).await;
    let saved = saved.map_err(problem_of_rewards)?;
    Ok((AppendHeaders(etag(saved.version)), Json(EarningRuleDto::from(saved))))
}
