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
use perennial_app::forms::{self, ListedForm};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "forms";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ListedFormDto {
    #[serde(flatten)]
    pub form: FormDto,
    /// Answers to it and at its counters, also of people who were erased.
    #[schema(example = 100)]
    pub answers: i64,
    /// When the last of them was filled in.
    #[schema(format = DateTime)]
    pub last_answer_at: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FormsPage {
    pub items: Vec<ListedFormDto>,
    pub next_cursor: Option<String>,
}

/// Forms by id, the archived ones too, with how often each was answered and when last.
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
    let listed = |one: ListedForm| ListedFormDto {
        form: one.form.into(),
        answers: one.answers,
        last_answer_at: one.last_answer_at.map(Instant::rfc3339),
    };
    let items = forms.into_iter().map(listed).collect();
    Ok(Json(FormsPage { items, next_cursor: next.map(|id| page::encode(LIST, &id)) }))
}
