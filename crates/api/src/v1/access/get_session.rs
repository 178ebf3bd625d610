//! Who has signed in.

use super::dto::Me;
use crate::auth::SignedIn;
use crate::problem::{Problem, ProblemBody};
use axum::Json;

/// The signed-in user, the rights and the CSRF token.
#[utoipa::path(
    get, path = "/api/v1/session", operation_id = "get_session", tag = "access", security(("session" = [])),
    responses(
        (status = 200, body = Me),
        (status = 401, body = ProblemBody, content_type = "application/problem+json", description = "unauthenticated"),
    )
)]
pub async fn handler(SignedIn(session): SignedIn) -> Result<Json<Me>, Problem> {
    Ok(Json(Me::of(&session.signed_in)))
}
