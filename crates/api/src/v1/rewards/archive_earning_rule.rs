//! Archives a rule by which orders earn.

use super::earning_rule_dto::EarningRuleDto;
use super::problem_of_rewards;
use crate::auth::{Allowed, WalletsManage};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::rewards::earning;

/// Orders that are placed from now on earn nothing by it. What earlier ones earned stays, and is taken back where they come back.
#[utoipa::path(
    post, path = "/api/v1/earning-rules/{id}/archive", operation_id = "archive_earning_rule", tag = "rewards",
    security(("session" = ["wallets.manage"]), ("token" = ["wallets.manage"])),
    params(
        ("id" = String, Path, example = "base"),
        ("If-Match" = String, Header, description = "The ETag: the version in quotes", example = "\"1\""),
    ),
    responses(
        (status = 200, body = EarningRuleDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<WalletsManage>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let version = expected_version(&headers)?;
    let archived = earning::archive_rule(&state.app, &actor, &code, version).await.map_err(problem_of_rewards)?;
    Ok((AppendHeaders(etag(archived.version)), Json(EarningRuleDto::from(archived))))
}
