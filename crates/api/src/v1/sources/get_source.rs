//! One source.

use super::problem_of_sources;
use super::source_dto::SourceDetail;
use crate::auth::{Allowed, SourcesRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::etag;
use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::sources;

/// A source with what came from it, also day by day.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}", operation_id = "get_source", tag = "sources",
    security(("session" = ["sources.read"]), ("token" = ["sources.read"])),
    params(("id" = String, Path, example = "src_1c9f0x3abcdefghjk")),
    responses(
        (status = 200, body = SourceDetail, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<SourcesRead>,
    ApiPath(id): ApiPath,
) -> Result<impl IntoResponse, Problem> {
    let view = sources::get_source(&state.app, &actor, &id).await.map_err(problem_of_sources)?;
    Ok((AppendHeaders(etag(view.source.version)), Json(SourceDetail::from(view))))
}
