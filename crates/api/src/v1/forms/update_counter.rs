//! Change of a counter.

use super::counter_dto::{CounterBody, CounterDto};
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::forms;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterChangeBody {
    settings: CounterBody,
    /// Nothing that is filled in from now on is taken.
    #[serde(default)]
    is_archived: bool,
}

/// Changes or archives a counter, if it is still that of the ETag. What was filled in before stays with the store, clerk and code
/// of then.
#[utoipa::path(
    put, path = "/api/v1/form-counters/{id}", operation_id = "update_form_counter", tag = "forms",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(
        ("id" = String, Path, example = "fco_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The version as it was read", example = "\"1\""),
    ),
    request_body = CounterChangeBody,
    responses(
        (status = 200, body = CounterDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CounterChangeBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let CounterChangeBody { settings, is_archived } = body;
    let changed = forms::update_counter(&state.app, &actor, &id, expected, settings.into(), is_archived).await;
    let counter = changed.map_err(problem_of_forms)?;
    Ok((AppendHeaders(etag(counter.version)), Json(CounterDto::from(counter))))
}
