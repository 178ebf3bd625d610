//! The answers that the SDKs know.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::tracking::IntakeError;
use serde::Serialize;

/// After a fault of ours, a sender may try again this soon.
const FAULT_RETRY_SECONDS: u64 = 1;

#[derive(Serialize)]
struct Refusal<'a> {
    code: &'a str,
    message: &'a str,
}

/// Only when everything is on disk.
pub fn success() -> Response {
    json(StatusCode::OK, "{\"success\":true}".to_owned())
}

/// `code` and `message` are what the Python SDKs read.
pub fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, serde_json::to_string(&Refusal { code, message }).unwrap_or_default())
}

/// A fault of the sender's, which sending again does not mend.
pub fn bad(code: &str, message: &str) -> Response {
    refuse(StatusCode::BAD_REQUEST, code, message)
}

pub fn of_intake(error: &IntakeError) -> Response {
    let message = error.to_string();
    match error {
        IntakeError::UnknownKey => bad("invalid_write_key", &message),
        IntakeError::Paused => bad("source_paused", &message),
        IntakeError::TooMuch { retry_after_seconds } => {
            let response = refuse(StatusCode::TOO_MANY_REQUESTS, "too_much", &message);
            with_retry(response, *retry_after_seconds)
        }
        IntakeError::NotDurable(_) => not_durable(),
    }
}

pub fn not_durable() -> Response {
    let message = "it may be kept or not: send it again";
    with_retry(refuse(StatusCode::SERVICE_UNAVAILABLE, "not_durable", message), FAULT_RETRY_SECONDS)
}

/// Newer SDKs read the first header, older ones the second; both in seconds.
fn with_retry(mut response: Response, seconds: u64) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(seconds));
    response
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
