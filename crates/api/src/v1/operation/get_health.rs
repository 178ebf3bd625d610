//! Health, for whoever watches the process.

use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use perennial_app::settings;

/// The process answers.
#[utoipa::path(
    get, path = "/healthz", operation_id = "get_health", tag = "operation", security(()),
    responses((status = 200, body = String, content_type = "text/plain", example = "ok"))
)]
pub async fn alive() -> &'static str {
    "ok"
}

/// The store answers too.
#[utoipa::path(
    get, path = "/readyz", operation_id = "get_readiness", tag = "operation", security(()),
    responses(
        (status = 200, body = String, content_type = "text/plain", example = "ready"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "busy"),
    )
)]
pub async fn ready(State(state): State<ApiState>) -> Result<&'static str, Problem> {
    match settings::answers(&state.app).await {
        Ok(()) => Ok("ready"),
        Err(error) => {
            tracing::warn!(error = %error, "store does not answer");
            Err(Problem::new(Code::Busy, "the store does not answer"))
        }
    }
}
