//! All forms.

use super::form_dto::FormDto;
use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::ApiQuery;
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::forms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "forms";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FormsPage {
    pub items: Vec<FormDto>,
    pub next_cursor: Option<String>,
}

/// Forms by id, the archived ones too.
#[utoipa::path(
    get, path = "/api/v1/forms", operation_id = "list_forms", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(PageParams),
    responses(
        (status = 200, body = FormsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<FormsPage>, Problem> {
    let (limit, after) = (params.limit()?, params.after(LIST)?);
    let found = forms::list_forms(&state.app, &actor, after.as_deref(), limit).await;
    let (forms, next) = found.map_err(problem_of_forms)?;
    let items = forms.into_iter().map(FormDto::from).collect();
    Ok(Json(FormsPage { items, next_cursor: next.map(|id| page::encode(LIST, &id)) }))
}
