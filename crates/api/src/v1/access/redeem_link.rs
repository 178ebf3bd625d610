//! Sign-in by a one-time link.

use super::dto::Me;
use super::{problem_of_access, session_cookie};
use crate::auth::SameOrigin;
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
pub struct LinkToken {
    /// What stands after `link=` in the address.
    token: String,
}

/// Signs in by the link of the first start or of an invitation, and uses it up.
#[utoipa::path(
    post, path = "/api/v1/session/link", operation_id = "redeem_link", tag = "access", security(()),
    request_body = LinkToken,
    responses(
        (status = 200, body = Me),
        (status = 401, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_link: unknown, used or expired"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    origin: SameOrigin,
    ApiJson(link): ApiJson<LinkToken>,
) -> Result<impl IntoResponse, Problem> {
    let started = access::redeem_link(&state.app, &link.token).await.map_err(problem_of_access)?;
    let cookie = session_cookie(&started.cookie, origin.secure).map(|value| (header::SET_COOKIE, value));
    Ok((AppendHeaders(cookie), Json(Me::of(&started.signed_in))))
}
