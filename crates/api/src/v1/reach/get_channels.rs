//! The channels over which a brand can speak to people.

use super::channel_dto::ReachChannels;
use super::problem_of_reach;
use crate::auth::{Allowed, TouchPointsRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::reach;

/// The channels with identifiers, consent, quota and cost; those that every brand begins with until somebody changes them.
#[utoipa::path(
    get, path = "/api/v1/reach/channels", operation_id = "get_channels", tag = "reach",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    responses(
        (status = 200, body = ReachChannels, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
) -> Result<impl IntoResponse, Problem> {
    let found = reach::read_channels(&state.app, &actor).await.map_err(problem_of_reach)?;
    Ok((AppendHeaders(etag(found.version)), Json(ReachChannels::of(&found))))
}
