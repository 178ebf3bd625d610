//! A file of customers that names nobody.

use super::export_customers::attachment;
use super::filter::FilterParams;
use super::problem_of_customers;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::response::Response;
use perennial_app::customers::{Naming, begin_export};

/// The customers of the filter as a file for whoever may see them but not take them out; written down in the audit log.
///
/// The columns are those of the export of customers, with `phones` as the last. `customer_id` is the public id, and of each
/// phone number four digits are covered, as in `+86138****0000`.
#[utoipa::path(
    get, path = "/api/v1/exports/masked-customers", operation_id = "export_masked_customers", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])), params(FilterParams),
    responses(
        (status = 200, description = "An attachment; a broken transfer is a shorter body than announced by its end",
            content((String = "text/csv"), (String = "application/vnd.apache.parquet"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiQuery(params): ApiQuery<FilterParams>,
) -> Result<Response, Problem> {
    let (query, format, _) = params.export()?;
    let export = begin_export(&state.app, &actor, &query, Naming::Masked).await.map_err(problem_of_customers)?;
    attachment(export, format, "masked-customers")
}
