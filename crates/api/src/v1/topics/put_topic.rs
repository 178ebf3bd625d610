//! A topic is registered or changed.

use super::problem_of_topics;
use super::topic_dto::{TopicBody, TopicDto};
use crate::auth::{Allowed, SettingsWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, version_if_sent};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::topics;

/// Registers a topic, or changes it, where it still has the version that was read. Its code stays.
#[utoipa::path(
    put, path = "/api/v1/topics/{id}", operation_id = "put_topic", tag = "topics",
    security(("session" = ["settings.write"]), ("token" = ["settings.write"])),
    params(
        ("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "recipes"),
        ("If-Match" = Option<String>, Header, description = "The ETag: the version in quotes; absent to register it",
            example = "\"1\""),
    ),
    request_body = TopicBody,
    responses(
        (status = 200, body = TopicDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: it is registered already, and If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsWrite>,
    ApiPath(code): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<TopicBody>,
) -> Result<impl IntoResponse, Problem> {
    let version = version_if_sent(&headers)?;
    let topic = topics::put_topic(&state.app, &actor, &code, version, body.read()).await.map_err(problem_of_topics)?;
    Ok((AppendHeaders(etag(topic.version)), Json(TopicDto::from(topic))))
}
