//! The own language.

use super::dto::Me;
use super::problem_of_access;
use crate::auth::SignedIn;
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::access;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// `zh-CN`, `en`, or null for the brand's.
    #[schema(example = "zh-CN")]
    locale: Option<String>,
}

/// Sets the language of the signed-in user.
#[utoipa::path(
    put, path = "/api/v1/session/preferences", operation_id = "set_preferences", tag = "access",
    security(("session" = [])), request_body = Preferences,
    responses(
        (status = 200, body = Me),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    SignedIn(session): SignedIn,
    ApiJson(body): ApiJson<Preferences>,
) -> Result<Json<Me>, Problem> {
    let user =
        access::set_locale(&state.app, &session.signed_in.user.id, body.locale).await.map_err(problem_of_access)?;
    Ok(Json(Me::of_user(&user, &session.signed_in.csrf_token, &session.signed_in.scope)))
}
