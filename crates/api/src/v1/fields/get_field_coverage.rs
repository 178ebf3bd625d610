//! How many customers each key indicator is known of.

use super::field_dto::FieldCoverageDto;
use super::problem_of_fields;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::fields;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageParams {
    /// Also of those who have this tag, such as key customers.
    #[param(example = "key_customer")]
    tag: Option<String>,
}

/// How many customers each key indicator is known of, and what to ask next.
#[utoipa::path(
    get, path = "/api/v1/field-coverage", operation_id = "get_field_coverage", tag = "fields",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(CoverageParams),
    responses(
        (status = 200, body = FieldCoverageDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<CoverageParams>,
) -> Result<Json<FieldCoverageDto>, Problem> {
    let tag = params.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty());
    let coverage = fields::coverage(&state.app, &actor, tag).await.map_err(problem_of_fields)?;
    Ok(Json(coverage.into()))
}
