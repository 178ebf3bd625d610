//! A file of customers.

use super::filter::{FilterParams, Reader};
use super::problem_of_customers;
use crate::auth::{Allowed, CustomersExport};
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::customers::{CustomerError, ExportFile, ExportFormat, begin_export};

/// The customers of the filter as a file, with all value columns; written down in the audit log.
///
/// All values are of one run: when another run replaces them before the end of a long transfer, it breaks off and
/// can be started again. Orders, revenue and identifiers are of the moment in which their part was read.
#[utoipa::path(
    get, path = "/api/v1/exports/customers", operation_id = "export_customers", tag = "customers",
    security(("session" = ["customers.export"]), ("token" = ["customers.export"])), params(FilterParams),
    responses(
        (status = 200, description = "An attachment; a broken transfer is a shorter body than announced by its end",
            content((String = "text/csv"), (String = "application/vnd.apache.parquet"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersExport>,
    ApiQuery(params): ApiQuery<FilterParams>,
) -> Result<Response, Problem> {
    let mut reader = Reader::default();
    let query = params.query(&mut reader);
    let format = reader.read("format", params.format.as_ref(), "csv or parquet", ExportFormat::parse);
    reader.finish()?;
    let format = format.unwrap_or(ExportFormat::Csv);
    let export = begin_export(&state.app, &actor, &query).await.map_err(problem_of_customers)?;
    let file = ExportFile::for_people(export, format).map_err(problem_of_customers)?;
    let pieces = try_unfold(file, |mut file| async move {
        match file.next_bytes().await {
            Ok(Some(bytes)) => Ok(Some((bytes, file))),
            Ok(None) => Ok(None),
            Err(error) => {
                match &error {
                    CustomerError::ValuesReplaced => tracing::warn!(error = %error, "export broke off"),
                    _ => tracing::error!(error = %error, "export broke off"),
                }
                Err(std::io::Error::other("export broke off"))
            }
        }
    });
    let (media_type, name) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"customers.csv\""),
        ExportFormat::Parquet => ("application/vnd.apache.parquet", "attachment; filename=\"customers.parquet\""),
    };
    let headers = [(header::CONTENT_TYPE, media_type), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
