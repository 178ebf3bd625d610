//! What a merge would make of two customers.

use super::preview_dto::MergePreviewDto;
use super::{customer_at, problem_of_identity};
use crate::auth::{Allowed, CustomersMerge};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::Json;
use axum::extract::State;
use perennial_app::identity::{self, MergeRequest};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MergePreviewParams {
    /// The customer to merge with.
    #[param(example = "cus_7k2m9qx4")]
    pub other: String,
    /// By whose id the customer is to go on; when absent, by that of the one who is known best.
    pub keep: Option<String>,
}

/// What a merge would make of two customers: sums, fields and why each holds, limits. Changes nothing.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/merge-preview", operation_id = "preview_merge", tag = "identity",
    security(("session" = ["customers.merge"]), ("token" = ["customers.merge"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), MergePreviewParams),
    responses(
        (status = 200, body = MergePreviewDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json",
            description = "conflict: they are one customer already"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersMerge>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<MergePreviewParams>,
) -> Result<Json<MergePreviewDto>, Problem> {
    let request = MergeRequest {
        one: customer_number(&id)?,
        other: customer_at("other", &params.other)?,
        keep: params.keep.as_deref().map(|keep| customer_at("keep", keep)).transpose()?,
    };
    let preview = identity::preview_merge(&state.app, &actor, &request).await.map_err(problem_of_identity)?;
    Ok(Json(MergePreviewDto::from(&preview)))
}
