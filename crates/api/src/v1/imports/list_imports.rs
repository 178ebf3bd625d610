//! All imports.

use super::import_dto::ImportDto;
use super::problem_of_import;
use crate::auth::{Allowed, ImportsRead};
use crate::extract::ApiQuery;
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::imports;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "imports";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportPage {
    pub items: Vec<ImportDto>,
    pub next_cursor: Option<String>,
}

/// Imports, the newest first.
#[utoipa::path(
    get, path = "/api/v1/imports", operation_id = "list_imports", tag = "imports",
    security(("session" = ["imports.read"]), ("token" = ["imports.read"])), params(PageParams),
    responses(
        (status = 200, body = ImportPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    _: Allowed<ImportsRead>,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<ImportPage>, Problem> {
    let (limit, after) = (params.limit()?, params.after(LIST)?);
    let mut views = imports::list(&state.app, after.as_deref(), limit as i64 + 1).await.map_err(problem_of_import)?;
    let more = views.len() > limit;
    views.truncate(limit);
    let next_cursor = if more { views.last().map(|view| page::encode(LIST, &view.id)) } else { None };
    Ok(Json(ImportPage { items: views.into_iter().map(ImportDto::from).collect(), next_cursor }))
}
