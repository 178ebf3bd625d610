//! What somebody filled in arrives.

use super::super::{cookie_of, visitor_of};
use crate::auth::Address;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use crate::v1::forms::problem_of_forms;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use perennial_app::forms::{self, Desk, Sender, Submission, Submitted};
use perennial_domain::form::{Language, SUBMISSION_BYTES_MAX};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    id: String,
    version: i64,
    language: String,
    #[serde(default)]
    answers: BTreeMap<String, Value>,
    #[serde(default)]
    agreed: BTreeSet<String>,
    filled_at: Option<String>,
    sent_at: Option<String>,
    #[serde(default)]
    is_code_shown: bool,
    #[serde(default)]
    trap: String,
}

#[derive(Serialize)]
pub struct Answer {
    at: String,
    /// It had arrived before.
    was_known: bool,
}

impl From<Submitted> for Answer {
    fn from(Submitted { at, was_known }: Submitted) -> Self {
        Self { at: at.rfc3339(), was_known }
    }
}

pub async fn to_form(
    State(state): State<ApiState>,
    Path(form): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    of_own_device(&state, (&form, Desk::Own), address.as_deref(), &headers, bytes).await
}

/// By a clerk's code, on the device of whoever answers.
pub async fn by_clerk(
    State(state): State<ApiState>,
    Path((form, clerk)): Path<(String, String)>,
    Address(address): Address,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    of_own_device(&state, (&form, Desk::Clerk(&clerk)), address.as_deref(), &headers, bytes).await
}

async fn of_own_device(
    state: &ApiState,
    (form, desk): (&str, Desk<'_>),
    address: Option<&str>,
    headers: &HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let new = submission(state, address, headers, bytes)?;
    let visitor = visitor_of(state, headers, None);
    let sender = Sender { form, desk, visitor: Some(&visitor) };
    let taken = forms::submit(&state.app, &state.intake, sender, &new).await.map_err(problem_of_forms)?;
    let mut response = Json(Answer::from(taken)).into_response();
    response.headers_mut().extend(cookie_of(state, headers, &visitor).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The device is the store's, and says nothing of who answers.
pub async fn to_counter(
    State(state): State<ApiState>,
    Path((form, counter)): Path<(String, String)>,
    Address(address): Address,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, Problem> {
    let new = submission(&state, address.as_deref(), &headers, bytes)?;
    let sender = Sender { form: &form, desk: Desk::Counter(&counter), visitor: None };
    let taken = forms::submit(&state.app, &state.intake, sender, &new).await.map_err(problem_of_forms)?;
    Ok(Json(taken.into()))
}

fn submission(
    state: &ApiState,
    address: Option<&str>,
    headers: &HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Submission, Problem> {
    state.form_pace.take(address, state.app.clock.now()).map_err(problem_of_forms)?;
    // Another site's page cannot send this type without asking first, and is told no.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Problem::new(Code::UnsupportedMediaType, "the body must be application/json"));
    }
    let bytes = bytes.ok().filter(|bytes| bytes.len() <= SUBMISSION_BYTES_MAX);
    let bytes = bytes.ok_or_else(|| Problem::new(Code::TooLarge, "an answer may have 32 KiB"))?;
    let body: Body = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::new(Code::InvalidRequest, format!("the body is not an answer: {error}")))?;
    read(body).map_err(Problem::invalid)
}

fn read(body: Body) -> Result<Submission, Vec<ProblemField>> {
    let mut errors = Vec::new();
    let language = Language::parse(&body.language);
    if language.is_none() {
        errors.push(ProblemField::new("/language", "unknown_value", "zh-CN, en"));
    }
    let mut instant = |name: &str, text: Option<String>| {
        let read = text.as_deref().map(Instant::parse_rfc3339);
        if read == Some(None) {
            errors.push(ProblemField::new(name, "malformed", "an instant such as 2026-05-01T00:00:00Z, or null"));
        }
        read.flatten()
    };
    let (filled_at, sent_at) = (instant("/filled_at", body.filled_at), instant("/sent_at", body.sent_at));
    let mut answers = BTreeMap::new();
    for (name, value) in body.answers {
        match text_of(value) {
            Some(text) => drop(answers.insert(name, text)),
            None => {
                errors.push(ProblemField::new(format!("/answers/{name}"), "malformed", "a text, a number, or a list"))
            }
        }
    }
    match language {
        Some(language) if errors.is_empty() => Ok(Submission {
            id: body.id,
            version: body.version,
            language,
            answers,
            agreed: body.agreed,
            filled_at,
            sent_at,
            is_code_shown: body.is_code_shown,
            trap: body.trap,
        }),
        _ => Err(errors),
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Array(list) if list.is_empty() => Some(String::new()),
        list @ Value::Array(_) => Some(list.to_string()),
        Value::Object(_) => None,
    }
}
