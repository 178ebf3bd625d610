//! The answers behind the numbers.

use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page::{self, PageParams};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::forms::{self, SubmissionView};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LIST: &str = "form_submissions";

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FormSubmissionsPage {
    pub items: Vec<FormSubmissionDto>,
    pub next_cursor: Option<String>,
}

/// That somebody answered; what was answered stands with the customer.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct FormSubmissionDto {
    #[schema(example = "0193a5c2-7f2e-7abc-8d11-000000000001")]
    pub id: String,
    /// Of the form.
    #[schema(example = 1)]
    pub version: i64,
    pub counter_id: Option<String>,
    pub place_id: Option<String>,
    pub clerk_id: Option<String>,
    pub code_id: Option<String>,
    pub is_code_shown: bool,
    /// When it was filled in.
    #[schema(format = DateTime)]
    pub at: String,
    /// When it arrived.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Null before it is applied, and where the person was erased.
    #[schema(example = "c_00000017")]
    pub customer_id: Option<String>,
}

impl From<SubmissionView> for FormSubmissionDto {
    fn from(one: SubmissionView) -> Self {
        Self {
            id: one.id,
            version: one.version,
            counter_id: one.counter_id,
            place_id: one.place_id,
            clerk_id: one.clerk_id,
            code_id: one.code_id,
            is_code_shown: one.is_code_shown,
            at: one.at.rfc3339(),
            received_at: one.received_at.rfc3339(),
            customer_id: one.profile.map(|profile| profile.public_id()),
        }
    }
}

/// The answers of a form, in the order in which they were filled in.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}/submissions", operation_id = "list_form_submissions", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk"), PageParams),
    responses(
        (status = 200, body = FormSubmissionsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PageParams>,
) -> Result<Json<FormSubmissionsPage>, Problem> {
    let (limit, after) = (params.limit()?, params.after(LIST)?);
    let after = after.as_deref().map(|key| place_of(key).ok_or_else(page::invalid_cursor)).transpose()?;
    let found = forms::submissions(&state.app, &actor, &id, after, limit).await;
    let (items, next) = found.map_err(problem_of_forms)?;
    let next_cursor = next.map(|(at, id)| page::encode(LIST, &format!("{}:{id}", at.0)));
    Ok(Json(FormSubmissionsPage { items: items.into_iter().map(FormSubmissionDto::from).collect(), next_cursor }))
}

fn place_of(key: &str) -> Option<(Instant, &str)> {
    let (at, id) = key.split_once(':')?;
    Some((Instant(at.parse().ok()?), id))
}
