//! Who was invited into a community, as a file.

use super::community_dto::query_of;
use super::problem_of_communities;
use crate::auth::{Allowed, CustomersExport};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::access::Actor;
use perennial_app::communities::begin_file;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommunityFileParams {
    /// The number of a group; absent: of all.
    #[param(example = 1)]
    pub group: Option<i64>,
    /// `joined` (also those who have left since), `waiting`, `in` or `left`; absent: all.
    #[param(example = "waiting")]
    pub state: Option<String>,
}

/// The invited as CSV, with the link of their group, the brand's own number and all phone numbers; written down in the audit log. Where
/// the community is for a purpose, without those who do not agree to it now.
#[utoipa::path(
    get, path = "/api/v1/exports/communities/{id}", operation_id = "export_community", tag = "communities",
    security(("session" = ["customers.export"]), ("token" = ["customers.export"])),
    params(("id" = String, Path, example = "pour_over"), CommunityFileParams),
    responses(
        (status = 200, description = "An attachment", content_type = "text/csv", body = String),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "busy: who agreed to the purpose is being worked out"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersExport>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<CommunityFileParams>,
) -> Result<Response, Problem> {
    attachment(&state, &actor, &code, &params, false).await
}

/// The file, made while it is sent.
pub(super) async fn attachment(
    state: &ApiState,
    actor: &Actor,
    code: &str,
    params: &CommunityFileParams,
    is_masked: bool,
) -> Result<Response, Problem> {
    let query = query_of(params.group, params.state.as_deref())?;
    let file = begin_file(&state.app, &state.live, actor, code, query, is_masked).await;
    let pieces = try_unfold(file.map_err(problem_of_communities)?, |mut file| async move {
        match file.next_bytes().await {
            Ok(bytes) => Ok(bytes.map(|bytes| (bytes, file))),
            Err(error) => {
                tracing::error!(error = %error, "export broke off");
                Err(std::io::Error::other("export broke off"))
            }
        }
    });
    let group = params.group.map(|group| format!("-{group}")).unwrap_or_default();
    let masked = if is_masked { "masked-" } else { "" };
    // The community was found by it, so it is a code of plain letters.
    let disposition = format!("attachment; filename=\"{masked}{code}{group}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
