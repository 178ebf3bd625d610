//! Tags set on one customer, and removed.

use super::problem_of_tags;
use super::tag_dto::{TagChangeBody, TagsChangedDto};
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::tags::{self, TagsChanged, Whom};

/// Sets and removes tags of a customer. It has them when this answers.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/tags", operation_id = "change_customer_tags", tag = "tags",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect"),
    ),
    request_body = TagChangeBody,
    responses(
        (status = 200, body = TagsChangedDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<TagChangeBody>,
) -> Result<Json<TagsChangedDto>, Problem> {
    let answer = |changed: &TagsChanged| kept(StatusCode::OK, &TagsChangedDto::from(changed));
    let whom = Whom::One(customer_number(&id)?);
    let changed = tags::change_tags(&state.app, &actor, &whom, &body.into(), &key.once(&answer)).await;
    Ok(Json((&changed.map_err(problem_of_tags)?).into()))
}
