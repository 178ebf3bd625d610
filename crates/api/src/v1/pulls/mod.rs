//! Bulk pull: what came since the last time, as lines of JSON, for people who feed a warehouse.
//!
//! The last line of a whole answer is `{"next_cursor": "…"}`. An answer without it broke off: begin again at the cursor of before.

mod pull_customers;
mod pull_facts;

use crate::problem::Problem;
use crate::state::ApiState;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use perennial_app::pulls::PullError;
use std::future::Future;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(pull_facts::handler)).routes(routes!(pull_customers::handler))
}

fn problem_of_pulls(error: PullError) -> Problem {
    match error {
        PullError::Store(error) => crate::problem_of_store(error),
        PullError::History(error) => Problem::internal(&error),
        PullError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        PullError::CursorMismatch => crate::page::invalid_cursor(),
    }
}

/// A pull that gives line after line.
trait Lines: Send + 'static {
    fn next_lines(&mut self) -> impl Future<Output = Result<Option<String>, PullError>> + Send;
    /// Where the next pull begins, as callers see it.
    fn next_cursor(&self) -> String;
}

/// Sent while it is read; the cursor comes last, so that whoever has it has all before it.
fn stream(pull: impl Lines) -> Response {
    let pieces = try_unfold(Some(pull), |pull| async move {
        let Some(mut pull) = pull else { return Ok(None) };
        match pull.next_lines().await {
            Ok(Some(lines)) => Ok(Some((lines, Some(pull)))),
            Ok(None) => {
                let last = serde_json::json!({ "next_cursor": pull.next_cursor() });
                Ok(Some((format!("{last}\n"), None)))
            }
            Err(error) => {
                tracing::error!(error = %error, "a pull broke off");
                Err(std::io::Error::other("the pull broke off"))
            }
        }
    });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(pieces)).into_response()
}
