//! Tags set on many customers, and removed.

use super::problem_of_tags;
use super::tag_dto::{TagChangesBody, TagsChangedDto};
use crate::auth::{Allowed, CustomersWrite};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::tags::{self, TagChange, TagsChanged, Whom};
use perennial_domain::ids::CustomerNumber;

/// Sets and removes tags of up to 500 customers. They have them when this answers; ids of nobody are counted, and the
/// others go on.
#[utoipa::path(
    post, path = "/api/v1/tag-changes", operation_id = "change_tags", tag = "tags",
    security(("session" = ["customers.write"]), ("token" = ["customers.write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = TagChangesBody,
    responses(
        (status = 200, body = TagsChangedDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersWrite>,
    key: Key,
    ApiJson(body): ApiJson<TagChangesBody>,
) -> Result<Json<TagsChangedDto>, Problem> {
    let answer = |changed: &TagsChanged| kept(StatusCode::OK, &TagsChangedDto::from(changed));
    let TagChangesBody { customer_ids, set, remove, surface, note } = body;
    let change = TagChange { set, remove, surface, note };
    let mut numbers = Vec::with_capacity(customer_ids.len());
    for (place, id) in customer_ids.iter().enumerate() {
        let malformed = || {
            ProblemField::new(
                format!("/customer_ids/{place}"),
                "malformed",
                "the id of a customer, such as cus_7k2m9qx4",
            )
        };
        numbers.push(CustomerNumber::from_public_id(id).ok_or_else(|| Problem::invalid(vec![malformed()]))?);
    }
    let changed = tags::change_tags(&state.app, &actor, &Whom::Many(numbers), &change, &key.once(&answer)).await;
    Ok(Json((&changed.map_err(problem_of_tags)?).into()))
}
