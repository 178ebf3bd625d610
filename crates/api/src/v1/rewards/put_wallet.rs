//! A wallet is defined or changed.

use super::problem_of_rewards;
use super::wallet_dto::{WalletBody, WalletDto};
use crate::auth::{Allowed, WalletsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::rewards;

/// Defines a wallet, or changes it where it still has the version that was read. What members have already keeps its deadlines
/// and policies. Its code and its kind stay.
#[utoipa::path(
    put, path = "/api/v1/wallets/{id}", operation_id = "put_wallet", tag = "rewards",
    security(("session" = ["wallets.manage"]), ("token" = ["wallets.manage"])),
    params(
        ("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "points"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to define it",
            example = "\"1\""),
    ),
    request_body = WalletBody,
    responses(
        (status = 200, body = WalletDto, headers(("ETag" = String, description = "for If-Match"))),
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
    ApiJson(body): ApiJson<WalletBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let saved = rewards::define_wallet(&state.app, &actor, &code, version, body.read()?).await;
    let saved = saved.map_err(problem_of_rewards)?;
    Ok((AppendHeaders(etag(i64::from(saved.wallet.version))), Json(WalletDto::from(saved))))
}
