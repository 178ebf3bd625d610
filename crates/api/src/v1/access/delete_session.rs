//! Sign-out.

use super::{ended_cookie, problem_of_access};
use crate::auth::{SameOrigin, SignedIn};
use crate::problem::Problem;
use crate::state::ApiState;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::access;

/// Ends the session and takes its cookie back.
#[utoipa::path(
    delete, path = "/api/v1/session", operation_id = "delete_session", tag = "access", security(("session" = [])),
    responses((status = 204))
)]
pub async fn handler(
    State(state): State<ApiState>,
    SignedIn(session): SignedIn,
    origin: SameOrigin,
) -> Result<impl IntoResponse, Problem> {
    access::end_session(&state.app, &session.cookie).await.map_err(problem_of_access)?;
    let cookie = ended_cookie(origin.secure).map(|value| (header::SET_COOKIE, value));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie)))
}
