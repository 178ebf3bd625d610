//! Two customers are one.

use super::dto::MergeDto;
use super::{customer_at, problem_of_identity};
use crate::auth::{Allowed, CustomersMerge};
use crate::extract::{ApiJson, ApiPath};
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::identity::{self, Merge, MergeRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The customer to merge with.
    #[schema(example = "cus_7k2m9qx4")]
    pub other: String,
    /// By whose id the customer is to go on; when absent, by that of the one who is known best.
    pub keep: Option<String>,
}

/// Makes one of two customers. Nothing is lost: taking the merge back gives each of them what it had, and what came
/// since.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/merges", operation_id = "create_merge", tag = "identity",
    security(("session" = ["customers.merge"]), ("token" = ["customers.merge"])),
    params(
        ("id" = String, Path, example = "cus_7k2m9qx4"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")
    ),
    request_body = MergeBody,
    responses(
        (status = 201, body = MergeDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: they are one customer already, or would have too many profiles"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersMerge>,
    ApiPath(id): ApiPath,
    key: Key,
    ApiJson(body): ApiJson<MergeBody>,
) -> Result<(StatusCode, Json<MergeDto>), Problem> {
    let request = MergeRequest {
        one: customer_number(&id)?,
        other: customer_at("/other", &body.other)?,
        keep: body.keep.as_deref().map(|keep| customer_at("/keep", keep)).transpose()?,
    };
    let answer = |merge: &Merge| kept(StatusCode::CREATED, &MergeDto::from(merge));
    let merge = identity::merge_customers(&state.app, &actor, &request, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(MergeDto::from(&merge.map_err(problem_of_identity)?))))
}
