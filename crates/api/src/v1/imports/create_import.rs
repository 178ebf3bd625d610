//! A new import.

use super::import_dto::ImportDto;
use super::problem_of_import;
use super::request_dto::{ImportKindDto, OptionsDto, files, mapping, options};
use crate::auth::{Allowed, ImportsRun};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::imports::{self, ImportRequest, ImportView};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    kind: ImportKindDto,
    /// Ids of uploads.
    uploads: Vec<String>,
    /// As the preview gave it.
    mapping: BTreeMap<String, String>,
    /// As the preview gave them.
    #[serde(default)]
    options: OptionsDto,
    /// Counts what would happen and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Puts an import in the queue, or finds the unfinished one of the same files.
#[utoipa::path(
    post, path = "/api/v1/imports", operation_id = "create_import", tag = "imports",
    security(("session" = ["imports.run"]), ("token" = ["imports.run"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewImport,
    responses(
        (status = 202, body = ImportDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ImportsRun>,
    key: Key,
    ApiJson(body): ApiJson<NewImport>,
) -> Result<(StatusCode, Json<ImportDto>), Problem> {
    let request = ImportRequest {
        kind: body.kind.into(),
        mapping: mapping(body.mapping)?,
        options: options(body.options)?,
        // Whoever sends a currency has said it.
        currency_assumed: false,
        files: files(&state.app, &body.uploads).await?,
        dry_run: body.dry_run,
    };
    let answer = |view: &ImportView| kept(StatusCode::ACCEPTED, &ImportDto::from(view.clone()));
    let created = imports::create_once(&state.app, &actor, request, true, &key.once(&answer)).await;
    Ok((StatusCode::ACCEPTED, Json(created.map_err(problem_of_import)?.into())))
}
