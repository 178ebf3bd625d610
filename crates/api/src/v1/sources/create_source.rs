//! A new source.

use super::problem_of_sources;
use super::source_dto::{SourceDto, SourceSettingsBody};
use crate::auth::{Allowed, SourcesManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::sources::{self, NewSource, Source};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SourceWithKey {
    /// Shown this once. Null when the answer is replayed for an Idempotency-Key: it is not kept.
    #[schema(example = "wk_Zk3…")]
    pub write_key: Option<String>,
    pub source: SourceDto,
}

impl SourceWithKey {
    /// As it is kept for a replay.
    pub fn without_key(source: &Source) -> Self {
        Self { write_key: None, source: source.clone().into() }
    }
}

impl From<NewSource> for SourceWithKey {
    fn from(new: NewSource) -> Self {
        Self { write_key: Some(new.write_key), source: new.source.into() }
    }
}

/// Creates a source and shows its write key.
#[utoipa::path(
    post, path = "/api/v1/sources", operation_id = "create_source", tag = "sources",
    security(("session" = ["sources.manage"]), ("token" = ["sources.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = SourceSettingsBody,
    responses(
        (status = 201, body = SourceWithKey),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesManage>,
    key: Key,
    ApiJson(body): ApiJson<SourceSettingsBody>,
) -> Result<(StatusCode, Json<SourceWithKey>), Problem> {
    let answer = |source: &Source| kept(StatusCode::CREATED, &SourceWithKey::without_key(source));
    let created = sources::create_source(&state.app, &actor, body.settings()?, &key.once(&answer)).await;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_sources)?.into())))
}
