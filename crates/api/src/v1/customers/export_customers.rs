//! A file of customers.

use super::filter::FilterParams;
use super::problem_of_customers;
use crate::auth::Known;
use crate::extract::ApiQuery;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::customers::{
    CustomerError, CustomerExport, ExportFile, ExportFormat, Naming, begin_export, note_refused_export,
};
use perennial_domain::access::Right;

/// The customers of the filter as a file, with all value columns; written down in the audit log.
///
/// All values are of one run: when another run replaces them before the end of a long transfer, it breaks off and
/// can be started again. Orders, revenue and identifiers are of the moment in which their part was read. A refusal is in the
/// audit log too, and its `instead` says where the masked file of the same customers is.
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
    Known(actor): Known,
    uri: Uri,
    params: Result<ApiQuery<FilterParams>, Problem>,
) -> Result<Response, Problem> {
    let asked = params.and_then(|ApiQuery(params)| params.export());
    if !actor.may(Right::CustomersExport) {
        let query = asked.as_ref().ok().map(|(query, _, _)| query);
        let forbidden = note_refused_export(&state.app, &actor, query).await.map_err(problem_of_customers)?;
        let instead = actor.may(Right::CustomersRead).then(|| masked_file(&uri));
        return Err(Problem { instead, ..Problem::forbidden(forbidden.right) });
    }
    let (query, format, phones) = asked?;
    let naming = if phones { Naming::Phones } else { Naming::Number };
    let export = begin_export(&state.app, &actor, &query, naming).await.map_err(problem_of_customers)?;
    attachment(export, format, "customers")
}

/// The masked file of the same customers.
fn masked_file(uri: &Uri) -> String {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/api/v1/exports/masked-customers{query}")
}

/// The file, made while it is sent.
pub(super) fn attachment(export: CustomerExport, format: ExportFormat, name: &str) -> Result<Response, Problem> {
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
    let media_type = match format {
        ExportFormat::Csv => "text/csv; charset=utf-8",
        ExportFormat::Parquet => "application/vnd.apache.parquet",
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.code());
    let headers = [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
