//! A topic is registered or changed.

use super::problem_of_topics;
use super::topic_dto::{TopicBody, TopicDto};
use crate::auth::{Allowed, SettingsWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::topics;

/// Registers a topic, or changes it, where it still has the version that was read. Its code stays.
#[utoipa::path(
    put, path = "/api/v1/topics/{id}", operation_id = "put_topic", tag = "topics",
    security(("session" = ["settings.write"]), ("token" = ["settings.write"])),
    params(("id" = String, Path, description = "a to z, 0 to 9 and _, 1 to 40, a letter first", example = "recipes")),
    request_body = TopicBody,
    responses(
        (status = 200, body = TopicDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: somebody else has changed it, or it is registered already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SettingsWrite>,
    ApiPath(code): ApiPath,
    ApiJson(body): ApiJson<TopicBody>,
) -> Result<Json<TopicDto>, Problem> {
    let (version, settings) = body.read();
    let topic = topics::put_topic(&state.app, &actor, &code, version, settings).await.map_err(problem_of_topics)?;
    Ok(Json(topic.into()))
}
