//! The own password, and with it mail address and name.

use super::dto::Me;
use super::problem_of_access;
use crate::auth::SignedIn;
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access::{self, PasswordChange};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    #[schema(example = "Ann")]
    name: Option<String>,
    /// Needed unless `must_set_password` is true.
    #[schema(format = Password)]
    current_password: Option<String>,
    /// 12 to 256 characters.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    new_password: String,
}

/// Sets the own password. All other sessions of this user end.
#[utoipa::path(
    put, path = "/api/v1/session/password", operation_id = "set_password", tag = "access", security(("session" = [])),
    request_body = NewPassword,
    responses(
        (status = 200, body = Me),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: another user has this mail address"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json",
            description = "rate_limited: ten wrong passwords within fifteen minutes; see Retry-After"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    SignedIn(session): SignedIn,
    ApiJson(body): ApiJson<NewPassword>,
) -> Result<Json<Me>, Problem> {
    let change = PasswordChange {
        email: body.email,
        name: body.name,
        current_password: body.current_password,
        new_password: body.new_password,
    };
    let user = access::set_password(&state.app, &session.signed_in.user.id, &session.cookie, change)
        .await
        .map_err(problem_of_access)?;
    Ok(Json(Me::of_user(&user, &session.signed_in.csrf_token, &session.signed_in.scope)))
}
