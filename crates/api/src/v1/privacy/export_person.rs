//! Everything about a person.

use super::problem_of_privacy;
use crate::auth::{PrivacyManage, TakesOut};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::customers::customer_number;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::privacy::begin_person_export;

/// Everything that is kept about a customer, a JSON object on each line: identifiers, traits with their sources, orders,
/// facts, values, merges, entries of the audit log. Written down in the audit log. The last line has `record` `end`; a
/// file without it is not whole.
#[utoipa::path(
    get, path = "/api/v1/exports/customers/{id}", operation_id = "export_person", tag = "privacy",
    security(("session" = ["privacy.manage"]), ("token" = ["privacy.manage"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, description = "An attachment", content((String = "application/x-ndjson"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    TakesOut(actor, _): TakesOut<PrivacyManage>,
    ApiPath(id): ApiPath,
) -> Result<Response, Problem> {
    let customer = customer_number(&id)?;
    let export = begin_person_export(&state.app, &actor, customer).await.map_err(problem_of_privacy)?;
    let name = format!("attachment; filename=\"{}.jsonl\"", export.customer().public_id());
    let pieces = try_unfold(export, |mut export| async move {
        match export.next_bytes().await {
            Ok(Some(bytes)) => Ok(Some((bytes, export))),
            Ok(None) => Ok(None),
            Err(error) => {
                tracing::error!(error = %error, "export broke off");
                Err(std::io::Error::other("export broke off"))
            }
        }
    });
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
