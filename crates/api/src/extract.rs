//! Extractors that answer with a problem where axum would answer with plain text.

use crate::problem::{Code, Problem, ProblemField};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::error::Error;

/// A JSON body of at most 1 MiB.
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(json_problem(&rejection)),
        }
    }
}

fn json_problem(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::JsonDataError(error) => {
            let text = innermost(error);
            let (pointer, detail) = split_path(&text);
            let field =
                ProblemField { pointer, code: "malformed".to_owned(), detail: detail.to_owned(), allowed: None };
            Problem::invalid(vec![field])
        }
        JsonRejection::JsonSyntaxError(error) => {
            Problem::new(Code::InvalidRequest, format!("the body is not JSON: {}", innermost(error)))
        }
        JsonRejection::MissingJsonContentType(_) => {
            Problem::new(Code::UnsupportedMediaType, "the body must be application/json")
        }
        other if other.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Code::TooLarge, "a JSON body may have 1 MiB")
        }
        other => Problem::new(Code::InvalidRequest, other.body_text()),
    }
}

/// serde's own sentence, without the frame that axum puts around it.
fn innermost(error: &(dyn Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// `mapping.x: invalid type` → pointer `/mapping/x` and the rest.
fn split_path(text: &str) -> (String, &str) {
    match text.split_once(": ") {
        Some((path, rest)) if !path.contains(' ') => {
            let pointer = path.replace(['.', '['], "/").replace(']', "");
            (format!("/{pointer}"), rest)
        }
        _ => (String::new(), text),
    }
}

/// Query parameters.
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(query_problem(&rejection)),
        }
    }
}

fn query_problem(rejection: &QueryRejection) -> Problem {
    let text = innermost(rejection);
    let (pointer, detail) = split_path(&text);
    let pointer = pointer.trim_start_matches('/').to_owned();
    let field = ProblemField { pointer, code: "malformed".to_owned(), detail: detail.to_owned(), allowed: None };
    Problem::invalid(vec![field])
}

/// One path parameter.
pub struct ApiPath(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ApiPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        path_of(parts, state).await.map(Self)
    }
}

/// Two path parameters, in their order.
pub struct ApiPathPair(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for ApiPathPair {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        path_of(parts, state).await.map(|(first, second)| Self(first, second))
    }
}

async fn path_of<T: DeserializeOwned + Send>(parts: &mut Parts, state: &(impl Send + Sync)) -> Result<T, Problem> {
    match Path::<T>::from_request_parts(parts, state).await {
        Ok(Path(value)) => Ok(value),
        Err(PathRejection::FailedToDeserializePathParams(_)) => Err(Problem::not_found("thing")),
        Err(other) => Err(Problem::new(Code::InvalidRequest, other.body_text())),
    }
}
