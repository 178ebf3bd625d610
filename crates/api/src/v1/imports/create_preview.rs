//! What an import would make of the files.

use super::preview_dto::PreviewDto;
use super::problem_of_import;
use super::request_dto::{ImportKindDto, OptionsDto, files, mapping, options};
use crate::auth::{Allowed, ImportsRun};
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::imports;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    kind: ImportKindDto,
    /// Ids of uploads.
    uploads: Vec<String>,
    #[serde(default)]
    options: OptionsDto,
    /// What the person decided; other columns are recognised.
    #[serde(default)]
    mapping: BTreeMap<String, String>,
}

/// Reads the first rows and says what is recognised, what is missing and what would be rejected.
#[utoipa::path(
    post, path = "/api/v1/imports/preview", operation_id = "create_import_preview", tag = "imports",
    security(("session" = ["imports.run"]), ("token" = ["imports.run"])), request_body = PreviewRequest,
    responses(
        (status = 200, body = PreviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ImportsRun>,
    ApiJson(request): ApiJson<PreviewRequest>,
) -> Result<Json<PreviewDto>, Problem> {
    let (mapping, options) = (mapping(request.mapping)?, options(request.options)?);
    let files = files(&state.app, &request.uploads).await?;
    let kind = request.kind.into();
    let result = imports::preview(&state.app, kind, &files, &mapping, &options).await.map_err(problem_of_import)?;
    Ok(Json(PreviewDto::of(kind, result)))
}
