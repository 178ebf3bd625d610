//! A new API token.

use super::dto::{RoleDto, TokenDto};
use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::access::{self, NewToken, Token};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTokenBody {
    #[schema(example = "nightly export")]
    name: String,
    role: RoleDto,
    /// 1 to 3650; absent: until it is revoked.
    #[schema(example = 365)]
    expires_in_days: Option<u32>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// Shown this once. Null when the answer is replayed for an Idempotency-Key: it is not kept.
    #[schema(example = "pat_Zk3…")]
    pub token: Option<String>,
    #[serde(flatten)]
    pub row: TokenDto,
}

/// Creates a token for a program.
#[utoipa::path(
    post, path = "/api/v1/tokens", operation_id = "create_token", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewTokenBody,
    responses(
        (status = 201, body = CreatedToken),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    key: Key,
    ApiJson(body): ApiJson<NewTokenBody>,
) -> Result<(StatusCode, Json<CreatedToken>), Problem> {
    let new = NewToken { name: body.name, role: body.role.code(), expires_in_days: body.expires_in_days };
    let answer = |token: &Token| kept(StatusCode::CREATED, &CreatedToken { token: None, row: token.clone().into() });
    let created = access::create_token(&state.app, &actor, new, &key.once(&answer)).await;
    let (token, secret) = created.map_err(problem_of_access)?;
    Ok((StatusCode::CREATED, Json(CreatedToken { token: Some(secret), row: token.into() })))
}
