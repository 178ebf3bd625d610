//! `Idempotency-Key` on requests that create: the same request sent twice has one effect.
//!
//! The key belongs to the actor and the path. The first answer is kept for a day and replayed with
//! `Idempotency-Replayed: true`; the same key with another body is refused; two at the same time have
//! one effect, the second is told to come again. Secrets of an answer are not kept: the handler leaves them out.
//!
//! The layer [`once`] replays; what was not answered before goes on to its handler with the key ([`Key`]), and the use
//! case keeps the answer in the commit of the effect.

use crate::auth::authenticate;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use perennial_app::access::idempotency::{self, AnswerOf, AnsweredMeanwhile, Earlier, KeptAnswer, KeyedRequest, Once};
use perennial_app::access::sha256;
use serde::Serialize;
use std::convert::Infallible;

pub const JSON_BYTES_MAX: usize = 1024 * 1024;
const KEY_CHARACTERS_MAX: usize = 200;

/// The routes that take a key. Their documentation names the header (a test compares).
const CREATING_ROUTES: [&str; 51] = [
    "/api/v1/users",
    "/api/v1/users/{id}/sign-in-link",
    "/api/v1/tokens",
    "/api/v1/imports",
    "/api/v1/value/runs",
    "/api/v1/sources",
    "/api/v1/sources/{id}/write-key",
    "/api/v1/customers/{id}/merges",
    "/api/v1/merges/{id}/undo",
    "/api/v1/sources/{id}/plan/draft",
    "/api/v1/sources/{id}/plan/freeze",
    "/api/v1/sources/{id}/quarantine/release",
    "/api/v1/sources/{id}/quarantine/discard",
    "/api/v1/customers/{id}/contacts",
    "/api/v1/customers/{id}/erasure",
    "/api/v1/consent-purposes/{id}/texts",
    "/api/v1/consents",
    "/api/v1/orders",
    "/api/v1/customers",
    "/api/v1/webhooks",
    "/api/v1/webhooks/{id}/secret",
    "/api/v1/webhooks/{id}/test",
    "/api/v1/webhooks/{id}/replay",
    "/api/v1/places",
    "/api/v1/clerks",
    "/api/v1/sign-ups",
    "/api/v1/incentive-rules",
    "/api/v1/settlements",
    "/api/v1/touch-points",
    "/api/v1/codes",
    "/api/v1/unit-batches",
    "/api/v1/forms",
    "/api/v1/forms/{id}/counters",
    "/api/v1/customers/{id}/usage-answers",
    "/api/v1/tag-groups",
    "/api/v1/tag-groups/{id}/tags",
    "/api/v1/customers/{id}/tags",
    "/api/v1/tag-changes",
    "/api/v1/fields",
    "/api/v1/customers/{id}/fields",
    "/api/v1/segments",
    "/api/v1/layers",
    "/api/v1/matrices",
    "/api/v1/customers/{id}/plan-decisions",
    "/api/v1/communities",
    "/api/v1/communities/{id}/top-up",
    "/api/v1/clusterings",
    "/api/v1/clusters/{id}/interviews",
    "/api/v1/innovation-tests",
    "/api/v1/attributes",
    AUDIENCES,
];

/// Its body is a file, which is not read before it is known that the caller may send it ([`FileKey`]).
pub(crate) const AUDIENCES: &str = "/api/v1/audiences";

/// Routes whose key is the ledger's own: it answers for good, in the commit of the effect, and refusals too.
#[cfg(test)]
const LEDGER_ROUTES: [&str; 14] = [
    "/api/v1/members/{id}/points/earn",
    "/api/v1/members/{id}/points/spend",
    "/api/v1/members/{id}/points/hold",
    "/api/v1/members/{id}/points/capture",
    "/api/v1/members/{id}/points/release",
    "/api/v1/members/{id}/points/activate",
    "/api/v1/members/{id}/points/clawback",
    "/api/v1/members/{id}/points/refund",
    "/api/v1/members/{id}/points/transfer",
    "/api/v1/members/{id}/points/reverse",
    "/api/v1/members/{id}/points/reinstate",
    "/api/v1/members/{id}/points/adjust",
    "/api/v1/members/{id}/points/approve",
    "/api/v1/members/{id}/points/decline",
];

/// The key of a request that is needed, whatever was answered to it: for the ledger.
pub struct LedgerKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for LedgerKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let needed = || {
            let allowed = "1 to 200 visible ASCII characters that do not begin with own:";
            Problem::invalid(vec![ProblemField::new("Idempotency-Key", "required", allowed)])
        };
        let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok()).ok_or_else(needed)?;
        if (1..=KEY_CHARACTERS_MAX).contains(&key.len()) { Ok(Self(key.to_owned())) } else { Err(needed()) }
    }
}

/// The key of a request that was not answered before, for the use case.
pub struct Key(Option<KeyedRequest>);

impl Key {
    /// `answer` makes what is kept for the result: without secrets, which are shown once.
    pub fn once<'a, T>(&'a self, answer: &'a AnswerOf<T>) -> Once<'a, T> {
        self.0.as_ref().map_or_else(Once::unkeyed, |request| Once::new(request, answer))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<KeyedRequest>().cloned()))
    }
}

/// The key of a request with a file, which its handler reads and asks then.
pub struct FileKey(Option<KeyedRequest>);

impl FileKey {
    /// What was answered before to the request of this hash, or its key.
    pub async fn ask(self, state: &ApiState, hash: Vec<u8>) -> Result<Result<Key, Response>, Problem> {
        let Some(request) = self.0 else { return Ok(Ok(Key(None))) };
        let request = KeyedRequest { hash, ..request };
        Ok(match answered(state, &request).await? {
            Some(answer) => Err(answer),
            None => Ok(Key(Some(request))),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FileKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<KeyedRequest>().cloned()))
    }
}

/// The answer as it is kept.
pub fn kept<T: Serialize>(status: StatusCode, body: &T) -> KeptAnswer {
    KeptAnswer { status: status.as_u16(), body: serde_json::to_string(body).unwrap_or_default() }
}

pub fn problem_of_answered(error: AnsweredMeanwhile) -> Problem {
    Problem::new(Code::IdempotencyInProgress, error.to_string()).retry_after(1)
}

/// A layer over all routes that acts on those that create.
pub async fn once(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if request.method() != Method::POST || !route.is_some_and(|route| CREATING_ROUTES.contains(&route)) {
        return next.run(request).await;
    }
    let Some(key) = request.headers().get("idempotency-key").cloned() else {
        return next.run(request).await;
    };
    let is_file = route == Some(AUDIENCES);
    match once_by_key(&state, &key, is_file, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn once_by_key(
    state: &ApiState,
    key: &HeaderValue,
    is_file: bool,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let bad_key = || Problem::new(Code::InvalidRequest, "an Idempotency-Key has 1 to 200 visible ASCII characters");
    let key = key.to_str().map_err(|_| bad_key())?.to_owned();
    if !(1..=KEY_CHARACTERS_MAX).contains(&key.len()) {
        return Err(bad_key());
    }
    let (mut parts, body) = request.into_parts();
    let principal = authenticate(&mut parts, state).await?;
    let scope = format!("{} {} {}", principal.actor.id(), parts.method, parts.uri.path());
    let mut keyed = KeyedRequest { scope, key, hash: Vec::new() };
    if is_file {
        parts.extensions.insert(keyed);
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    let bytes =
        to_bytes(body, JSON_BYTES_MAX).await.map_err(|_| Problem::new(Code::TooLarge, "a JSON body may have 1 MiB"))?;
    keyed.hash = sha256(&bytes);
    if let Some(answer) = answered(state, &keyed).await? {
        return Ok(answer);
    }
    parts.extensions.insert(keyed);
    Ok(next.run(Request::from_parts(parts, Body::from(bytes))).await)
}

/// What was answered to this request before.
async fn answered(state: &ApiState, request: &KeyedRequest) -> Result<Option<Response>, Problem> {
    match idempotency::earlier(&state.app, request).await.map_err(crate::problem_of_store)? {
        Earlier::New => Ok(None),
        Earlier::Answered(answer) => Ok(Some(replay(answer))),
        Earlier::Mismatch => Err(Problem::new(Code::IdempotencyMismatch, "this key was used with another body")),
    }
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
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
        let taken: BTreeSet<&str> = CREATING_ROUTES.into_iter().chain(LEDGER_ROUTES).collect();
        assert_eq!(documented, taken);
    }
}
