//! A new source.

use super::problem_of_sources;
use super::source_dto::{SourceDto, SourceSettingsBody};
use crate::auth::{Allowed, SourcesManage};
use crate::extract::ApiJson;
use crate::idempotency::Secrets;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use perennial_app::sources::{self, NewSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SourceWithKey {
    /// Shown this once. Null when the answer is replayed for an Idempotency-Key: it is not kept.
    #[schema(example = "wk_Zk3…")]
    pub write_key: Option<String>,
    pub source: SourceDto,
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
    ApiJson(body): ApiJson<SourceSettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let new = sources::create_source(&state.app, &actor, body.settings()?).await.map_err(problem_of_sources)?;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Extension(Secrets(&["write_key"])), Json(SourceWithKey::from(new))))
}
