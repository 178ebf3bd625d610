//! `Idempotency-Key` on requests that create: the same request sent twice has one effect.
//!
//! The key belongs to the actor and the path. The first answer is kept for a day and replayed with
//! `Idempotency-Replayed: true`; the same key with another body is refused; two at the same time have
//! one effect, the second is told to come again. Secrets of an answer are not kept: see [`Secrets`].

use crate::auth::authenticate;
use crate::problem::{Code, Problem};
use crate::state::ApiState;
use crate::v1::access::problem_of_access;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use perennial_app::access::idempotency::{self, Reservation};
use perennial_app::access::sha256;

pub const JSON_BYTES_MAX: usize = 1024 * 1024;
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
const KEY_CHARACTERS_MAX: usize = 200;

/// Put into an answer's extensions by handlers that show a secret once: the names of the fields that are
/// `null` when the answer is replayed.
#[derive(Clone, Copy, Debug)]
pub struct Secrets(pub &'static [&'static str]);

/// The routes that take a key. Their documentation names the header (a test compares).
const CREATING_ROUTES: [&str; 7] = [
    "/api/v1/users",
    "/api/v1/users/{id}/sign-in-link",
    "/api/v1/tokens",
    "/api/v1/imports",
    "/api/v1/value/runs",
    "/api/v1/sources",
    "/api/v1/sources/{id}/write-key",
];

/// A layer over all routes that acts on those that create.
pub async fn once(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if request.method() != Method::POST || !route.is_some_and(|route| CREATING_ROUTES.contains(&route)) {
        return next.run(request).await;
    }
    let Some(key) = request.headers().get("idempotency-key").cloned() else {
        return next.run(request).await;
    };
    match once_by_key(&state, &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn once_by_key(state: &ApiState, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let bad_key = || Problem::new(Code::InvalidRequest, "an Idempotency-Key has 1 to 200 visible ASCII characters");
    let key = key.to_str().map_err(|_| bad_key())?.to_owned();
    if !(1..=KEY_CHARACTERS_MAX).contains(&key.len()) {
        return Err(bad_key());
    }
    let (mut parts, body) = request.into_parts();
    let principal = authenticate(&mut parts, state).await?;
    let bytes =
        to_bytes(body, JSON_BYTES_MAX).await.map_err(|_| Problem::new(Code::TooLarge, "a JSON body may have 1 MiB"))?;
    let scope = format!("{} {} {}", principal.actor.id(), parts.method, parts.uri.path());
    let request_hash = sha256(&bytes);

    let app = &state.app;
    match idempotency::reserve(app, &scope, &key, &request_hash).await.map_err(problem_of_access)? {
        Reservation::Ours => {}
        Reservation::Answered { status, body } => return Ok(replay(status, body)),
        Reservation::InProgress => {
            let detail = "the first request with this key is not answered yet";
            return Err(Problem::new(Code::IdempotencyInProgress, detail).retry_after(1));
        }
        Reservation::Mismatch => {
            return Err(Problem::new(Code::IdempotencyMismatch, "this key was used with another body"));
        }
    }
    // In a task of its own: a caller that hangs up must not stop the work between effect and answer.
    let request = Request::from_parts(parts, Body::from(bytes));
    let work = run_and_keep(state.clone(), scope, key, request, next);
    use tracing::Instrument;
    let finished = tokio::spawn(work.in_current_span()).await;
    finished.map_err(|error| Problem::internal(&error))?
}

async fn run_and_keep(
    state: ApiState,
    scope: String,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = next.run(request).await.into_parts();
    let bytes = to_bytes(body, ANSWER_BYTES_MAX)
        .await
        .map_err(|_| Problem::new(Code::Internal, "the answer cannot be kept for this key"))?;
    let kept = if parts.status.is_success() {
        let secrets = parts.extensions.get::<Secrets>().map_or(&[][..], |secrets| secrets.0);
        let answer = without_secrets(&bytes, secrets);
        idempotency::complete(&state.app, &scope, &key, parts.status.as_u16(), &answer).await
    } else {
        idempotency::release(&state.app, &scope, &key).await
    };
    if let Err(error) = kept {
        // The effect is durable and the caller shall know; a second try is refused until the key is abandoned.
        tracing::error!(error = %error, "the answer of an idempotent request could not be kept");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn without_secrets(bytes: &Bytes, fields: &[&str]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if fields.is_empty() {
        return text;
    }
    let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(&text) else {
        return text;
    };
    for field in fields {
        object.insert((*field).to_owned(), serde_json::Value::Null);
    }
    serde_json::Value::Object(object).to_string()
}

fn replay(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_names_the_header_where_a_key_is_taken() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let parameters = item["post"]["parameters"].as_array();
            if parameters.is_some_and(|list| list.iter().any(|one| one["name"] == "Idempotency-Key")) {
                documented.insert(path.as_str());
            }
        }
        assert_eq!(documented, BTreeSet::from(CREATING_ROUTES));
    }
}
