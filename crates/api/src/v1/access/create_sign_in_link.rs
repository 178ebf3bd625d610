//! A new sign-in link for a user who lost the former one, or the password.

use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::extract::ApiPath;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CreatedLink {
    /// A path of the console to hand to the user; works once, for a week. Null when the answer is replayed for an
    /// Idempotency-Key: it is not kept.
    #[schema(example = "/login?link=Zk3…")]
    pub sign_in_link: Option<String>,
}

/// Makes a new sign-in link; former ones of this user end. Whoever comes in by it sets a new password.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/sign-in-link", operation_id = "create_sign_in_link", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(
        ("id" = String, Path, example = "usr_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    responses(
        (status = 201, body = CreatedLink),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: the user is disabled; idempotency_mismatch"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    key: Key,
    ApiPath(id): ApiPath,
) -> Result<(StatusCode, Json<CreatedLink>), Problem> {
    let answer = |(): &()| kept(StatusCode::CREATED, &CreatedLink { sign_in_link: None });
    let token = access::renew_link(&state.app, &actor, &id, &key.once(&answer)).await.map_err(problem_of_access)?;
    Ok((StatusCode::CREATED, Json(CreatedLink { sign_in_link: Some(format!("/login?link={token}")) })))
}
