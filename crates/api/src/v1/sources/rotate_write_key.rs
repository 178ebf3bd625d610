//! A new write key for a source.

use super::create_source::SourceWithKey;
use super::problem_of_sources;
use crate::auth::{Allowed, SourcesManage};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::sources::{self, KEY_OVERLAP_SECONDS_DEFAULT, Source};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationBody {
    /// How long the earlier key still works, 0 to 2592000; absent: a day. A key before that one ends at once.
    #[schema(example = 86400, minimum = 0, maximum = 2_592_000)]
    earlier_key_valid_seconds: Option<u32>,
}

/// Gives a source a new write key and shows it; the earlier one works for a while.
#[utoipa::path(
    post, path = "/api/v1/sources/{id}/write-key", operation_id = "rotate_write_key", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(
        ("id" = String, Path, example = "src_1c9f0x3abcdefghjk"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = RotationBody,
    responses(
        (status = 200, body = SourceWithKey),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<RotationBody>,
) -> Result<Json<SourceWithKey>, Problem> {
    let seconds = body.earlier_key_valid_seconds.unwrap_or(KEY_OVERLAP_SECONDS_DEFAULT);
    let answer = |source: &Source| kept(StatusCode::OK, &SourceWithKey::without_key(source));
    let rotated = sources::rotate_write_key(&state.app, &actor, &id, seconds, &key.once(&answer)).await;
    state.intake.forget_sources();
    Ok(Json(rotated.map_err(problem_of_sources)?.into()))
}
