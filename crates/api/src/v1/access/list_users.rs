//! All users.

use super::dto::UserDto;
use super::problem_of_access;
use crate::auth::{AccessManage, Allowed};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UserList {
    pub items: Vec<UserDto>,
}

/// All users, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/users", operation_id = "list_users", tag = "access",
    security(("session" = ["access.manage"]), ("token" = ["access.manage"])),
    responses(
        (status = 200, body = UserList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<AccessManage>,
) -> Result<Json<UserList>, Problem> {
    let users = access::list_users(&state.app, &actor).await.map_err(problem_of_access)?;
    Ok(Json(UserList { items: users.into_iter().map(UserDto::from).collect() }))
}
