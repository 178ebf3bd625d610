//! Change of a user.

use super::dto::{RoleDto, UserDto};
use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access::{self, UserChange};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChangeBody {
    #[schema(example = "Ann")]
    name: Option<String>,
    role: Option<RoleDto>,
    /// `active` or `disabled`; a disabled user's sessions, links and tokens end at once.
    #[schema(example = "disabled")]
    status: Option<String>,
}

/// Changes name, role or status; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", operation_id = "update_user", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    params(("id" = String, Path, example = "usr_1c9f0x3abcdefghjk")),
    request_body = UserChangeBody,
    responses(
        (status = 200, body = UserDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "last_administrator"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
    ApiPath(id): ApiPath,
    ApiJson(body): ApiJson<UserChangeBody>,
) -> Result<Json<UserDto>, Problem> {
    let change = UserChange { name: body.name, role: body.role.map(RoleDto::code), status: body.status };
    let user = access::update_user(&state.app, &actor, &id, change).await.map_err(problem_of_access)?;
    Ok(Json(user.into()))
}
