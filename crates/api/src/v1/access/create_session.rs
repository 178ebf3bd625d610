//! Sign-in by mail address and password.

use super::dto::Me;
use super::{problem_of_access, session_cookie};
use crate::auth::{Address, SameOrigin};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::access;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[schema(example = "ann@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Signs in; the answer sets the session cookie.
#[utoipa::path(
    post, path = "/api/v1/session", operation_id = "create_session", tag = "access", security(()),
    request_body = Credentials,
    responses(
        (status = 200, body = Me),
        (status = 401, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_credentials"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json",
            description = "rate_limited: ten failed tries within fifteen minutes; see Retry-After"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    origin: SameOrigin,
    address: Address,
    ApiJson(credentials): ApiJson<Credentials>,
) -> Result<impl IntoResponse, Problem> {
    let started = access::sign_in(&state.app, &credentials.email, credentials.password, address.0.as_deref())
        .await
        .map_err(problem_of_access)?;
    let cookie = session_cookie(&started.cookie, origin.secure).map(|value| (header::SET_COOKIE, value));
    Ok((AppendHeaders(cookie), Json(Me::of(&started.signed_in))))
}
