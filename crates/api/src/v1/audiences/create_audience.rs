//! A file of hashes, matched as it comes.

use super::audience_dto::AudienceDto;
use super::problem_of_audiences;
use crate::auth::{Allowed, ImportsRun};
use crate::extract::ApiQuery;
use crate::idempotency::{FileKey, kept};
use crate::problem::{Code, Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use perennial_app::audiences::{self, AudienceRow, Reading};
use perennial_domain::audience::AudienceSettings;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AudienceParams {
    /// 1 to 60 characters.
    #[param(example = "Spring lookalikes")]
    pub name: String,
    /// From whom it comes, 1 to 60 characters.
    #[param(example = "Lookalike Ltd")]
    pub provider: String,
    /// What it may be used for, 1 to 300 characters.
    #[param(example = "advertising of the spring box")]
    pub purpose: String,
    /// Whoever is found gets it: a tag of a group whose tags are valid for some days.
    #[param(example = "dmp_spring")]
    pub tag: String,
}

/// Matches hashes of phone numbers, one a line, with the customers' numbers. Whoever is found gets the tag within moments.
///
/// A hash is SHA-256 in 64 hexadecimal digits, of a number such as `+8613800001111`, `8613800001111` or `13800001111`. At most
/// 1,000,000 different ones in 200 MB. No hash is kept; a file with a clear phone number is refused whole.
#[utoipa::path(
    post, path = "/api/v1/audiences", operation_id = "create_audience", tag = "audiences",
    security(("session" = ["imports.run"]), ("token" = ["imports.run"])),
    params(
        AudienceParams,
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body(content = Vec<u8>, content_type = "text/plain"),
    responses(
        (status = 201, body = AudienceDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json", description = "too_large"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ImportsRun>,
    ApiQuery(params): ApiQuery<AudienceParams>,
    key: FileKey,
    body: Body,
) -> Result<Response, Problem> {
    let mut reading = Reading::default();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Problem::new(Code::InvalidRequest, "the body broke off"))?;
        reading.push(&piece).map_err(problem_of_audiences)?;
    }
    let AudienceParams { name, provider, purpose, tag } = params;
    let settings = AudienceSettings { name, provider, purpose, tag };
    let key = match key.ask(&state, reading.request_hash(&settings)).await? {
        Ok(key) => key,
        Err(answered) => return Ok(answered),
    };
    let answer = |row: &AudienceRow| kept(StatusCode::CREATED, &AudienceDto::from(row.clone()));
    let taken = audiences::take_audience(&state.app, &actor, settings, reading, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(AudienceDto::from(taken.map_err(problem_of_audiences)?))).into_response())
}
