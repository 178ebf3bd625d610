//! A new user, who comes in by a link.

use super::dto::{RoleDto, UserDto};
use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::access::{self, NewUser, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    #[schema(example = "ann@example.com")]
    email: String,
    #[schema(example = "Ann")]
    name: String,
    role: RoleDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CreatedUser {
    pub user: UserDto,
    /// A path of the console to hand to the new user; works once, for a week. Null when the answer is replayed
    /// for an Idempotency-Key: it is not kept.
    #[schema(example = "/login?link=Zk3…")]
    pub sign_in_link: Option<String>,
}

/// Invites a user.
#[utoipa::path(
    post, path = "/api/v1/users", operation_id = "create_user", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewUserBody,
    responses(
        (status = 201, body = CreatedUser),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: another user has this mail address; idempotency_mismatch"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    key: Key,
    ApiJson(body): ApiJson<NewUserBody>,
) -> Result<(StatusCode, Json<CreatedUser>), Problem> {
    let new = NewUser { email: body.email, name: body.name, role: body.role.code() };
    let answer =
        |user: &User| kept(StatusCode::CREATED, &CreatedUser { user: user.clone().into(), sign_in_link: None });
    let created = access::create_user(&state.app, &actor, new, &key.once(&answer)).await;
    let (user, token) = created.map_err(problem_of_access)?;
    let sign_in_link = Some(format!("/login?link={token}"));
    Ok((StatusCode::CREATED, Json(CreatedUser { user: user.into(), sign_in_link })))
}
