//! Who was invited into a community, as a file that names nobody.

use super::export_community::{CommunityFileParams, attachment};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::response::Response;

/// The invited as CSV for whoever may see customers but not take them out: without the brand's own number, and of each phone number
/// four digits are covered; written down in the audit log.
#[utoipa::path(
    get, path = "/api/v1/exports/masked-communities/{id}", operation_id = "export_masked_community", tag = "communities",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
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
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<CommunityFileParams>,
) -> Result<Response, Problem> {
    attachment(&state, &actor, &code, &params, true).await
}
