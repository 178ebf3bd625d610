//! A file, streamed to disk.

use super::problem_of_import;
use crate::auth::{Allowed, ImportsRun};
use crate::extract::ApiQuery;
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use perennial_app::imports::{UPLOAD_BYTES_MAX, begin_upload, finish_upload};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadParams {
    /// What the file is called; never part of a path.
    #[param(example = "orders-2011.csv")]
    pub name: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UploadDto {
    #[schema(example = "upl_1c9f0x3abcdefghjk")]
    pub id: String,
    pub name: String,
    pub size_bytes: u64,
}

/// Takes a file of at most 20 GiB; the answer means that it is on disk.
#[utoipa::path(
    post, path = "/api/v1/uploads", operation_id = "create_upload", tag = "imports",
    security(("session" = ["imports.run"]), ("token" = ["imports.run"])), params(UploadParams),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, body = UploadDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "too_large"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ImportsRun>,
    ApiQuery(params): ApiQuery<UploadParams>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<UploadDto>), Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // Refused before its first byte; the writer counts the bytes that come.
    if announced.is_some_and(|bytes| bytes > UPLOAD_BYTES_MAX) {
        return Err(Problem::new(Code::TooLarge, "a file may have 20 GiB; larger ones go in by `perennial import`"));
    }
    let mut upload = begin_upload(&state.app, &params.name).await.map_err(problem_of_import)?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        // What has been written so far is removed when the upload is dropped.
        let piece = piece.map_err(|_| Problem::new(Code::InvalidRequest, "the body broke off"))?;
        upload.write(&piece).await.map_err(problem_of_import)?;
    }
    let upload = finish_upload(&state.app, &actor, upload).await.map_err(problem_of_import)?;
    Ok((StatusCode::CREATED, Json(UploadDto { id: upload.id, name: upload.name, size_bytes: upload.size_bytes })))
}
