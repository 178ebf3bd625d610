//! Around every request: its id, one line in the log, two metrics, security headers, the answer's problem.
//!
//! Invariants: no query string, no body, no header value and no path parameter is logged; routes are
//! named by their pattern and methods by their standard names, so that labels are bounded whatever is sent.

use crate::idempotency::AUDIENCES;
use crate::problem::{Code, Problem, REQUEST_ID};
use crate::state::ApiState;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use perennial_app::random::new_id;
use std::any::Any;
use std::time::{Duration, Instant};

const REQUEST_ID_CHARACTERS_MAX: usize = 64;
/// A file takes as long as its bytes need; whoever reads it counts them.
const FILE_ROUTES: [&str; 2] = ["/api/v1/uploads", AUDIENCES];
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
pub const REQUESTS_TOTAL: &str = "http_requests_total";
pub const REQUEST_DURATION: &str = "http_request_duration_seconds";

/// The outermost layer of the API.
pub async fn observe(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id =
        given_id(request.headers()).unwrap_or_else(|| new_id(state.app.random.as_ref(), "req", state.app.clock.now()));
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();

    use tracing::Instrument;
    let span = tracing::info_span!("request", request_id = %request_id);
    let mut response = next.run(request).instrument(span).await;

    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        let mut rendered = problem.respond(&request_id);
        for (name, value) in response.headers() {
            if !rendered.headers().contains_key(name) && name != header::CONTENT_LENGTH {
                rendered.headers_mut().append(name, value.clone());
            }
        }
        response = rendered;
    }
    set_headers(response.headers_mut(), &request_id);

    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!(REQUESTS_TOTAL, &labels).increment(1);
    metrics::histogram!(REQUEST_DURATION, "method" => method, "route" => route.clone()).record(seconds);
    let code = problem.map_or("", |problem| problem.code.name());
    tracing::info!(
        http.method = method,
        http.route = %route,
        http.status = status,
        http.code = code,
        duration_ms = (seconds * 1_000_000.0).round() / 1_000.0,
        request_id = %request_id,
        "request answered"
    );
    response
}

/// Anybody may send any word as a method, before it is known who asks.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}

/// The caller's own id, if it is short and plain.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    (plain && (1..=REQUEST_ID_CHARACTERS_MAX).contains(&id.len())).then(|| id.to_owned())
}

fn set_headers(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
    const FIXED: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    ];
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Ends requests that hang. An open transaction is dropped with the handler, so nothing half remains.
pub async fn limit_time(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    if request.extensions().get::<MatchedPath>().is_some_and(|route| FILE_ROUTES.contains(&route.as_str())) {
        return next.run(request).await;
    }
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::Timeout, format!("not done within {} seconds", REQUEST_TIMEOUT.as_secs()))
            .into_response(),
    }
}

/// A panic is a bug: the connection lives on, the caller gets a problem.
pub fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    use axum::response::IntoResponse;
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    tracing::error!(panic = text, "handler panicked");
    Problem::new(Code::Internal, "the program could not answer; the log has more under the request id").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_method_that_nobody_knows_is_other() {
        assert_eq!(method_label(&Method::PATCH), "PATCH");
        for made_up in ["get", "BREW", "A1B2C3D4E5F6A7B8C9"] {
            assert_eq!(method_label(&Method::from_bytes(made_up.as_bytes()).unwrap()), "OTHER");
        }
    }

    #[test]
    fn whatever_takes_a_file_may_take_as_long_as_its_bytes_need() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let takes_a_file = |item: &serde_json::Value| {
            let kinds = item["post"]["requestBody"]["content"].as_object();
            kinds.is_some_and(|kinds| !kinds.contains_key("application/json"))
        };
        let paths = document["paths"].as_object().unwrap().iter();
        let files: BTreeSet<&str> =
            paths.filter(|(_, item)| takes_a_file(item)).map(|(path, _)| path.as_str()).collect();
        assert_eq!(files, BTreeSet::from(FILE_ROUTES));
    }
}
