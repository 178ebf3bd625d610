//! `/f/{form}`, `/f/{form}/{counter}` and `/f/{form}/by/{clerk}`: the page on which people fill in a form, also without a
//! network, and where it sends what they said.
//!
//! The page has nothing of anybody: it is the same for everybody, and is kept by the browser. What is filled in waits in the
//! browser's own storage until the server has said that it is on disk.

mod page;
mod submission;

use crate::state::ApiState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use perennial_domain::form::SUBMISSION_BYTES_MAX;

/// Files have an ending; no form has one.
pub fn routes() -> Router<ApiState> {
    Router::new()
        .route("/f/page.js", get(async || file("text/javascript; charset=utf-8", include_str!("page.js"))))
        .route("/f/page.css", get(async || file("text/css; charset=utf-8", include_str!("page.css"))))
        .route("/f/worker.js", get(worker))
        .route("/f/{form}", get(page::of_form).post(submission::to_form))
        .route("/f/{form}/by/{clerk}", get(page::of_clerk).post(submission::by_clerk))
        .route("/f/{form}/{counter}", get(page::of_counter).post(submission::to_counter))
        // A little more than an answer may have, so that one which is too large is told so.
        .layer(DefaultBodyLimit::max(2 * SUBMISSION_BYTES_MAX))
}

/// What the worker may ask for, its own policy says, not that of the page.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

async fn worker() -> Response {
    let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY))];
    (policy, file("text/javascript; charset=utf-8", include_str!("worker.js"))).into_response()
}

/// Asked for anew each time: without a network the browser has its own.
const CACHE_CONTROL: &str = "no-cache";

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL)),
    ];
    (headers, text).into_response()
}
