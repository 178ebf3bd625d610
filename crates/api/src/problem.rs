//! The one shape of every error: `application/problem+json` (RFC 9457) with a stable code.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_domain::access::Right;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where `type` points: one anchor per code.
const TYPE_BASE: &str = "https://github.com/perennial-crm/perennial/blob/main/docs/errors.md#";

/// Stable names of what can go wrong. Every one has a row in `docs/errors.md` (a test looks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    Unauthenticated,
    InvalidCredentials,
    InvalidLink,
    Forbidden,
    CsrfTokenMismatch,
    OriginMismatch,
    NotFound,
    NoValueRun,
    NoBacktest,
    MethodNotAllowed,
    InvalidRequest,
    InvalidCursor,
    Conflict,
    Refused,
    LastAdministrator,
    CurrencyLocked,
    PreconditionFailed,
    PreconditionRequired,
    IdempotencyMismatch,
    IdempotencyInProgress,
    TooLarge,
    UnsupportedMediaType,
    RateLimited,
    Internal,
    Busy,
    Timeout,
}

impl Code {
    pub const ALL: [Self; 26] = [
        Self::Unauthenticated,
        Self::InvalidCredentials,
        Self::InvalidLink,
        Self::Forbidden,
        Self::CsrfTokenMismatch,
        Self::OriginMismatch,
        Self::NotFound,
        Self::NoValueRun,
        Self::NoBacktest,
        Self::MethodNotAllowed,
        Self::InvalidRequest,
        Self::InvalidCursor,
        Self::Conflict,
        Self::Refused,
        Self::LastAdministrator,
        Self::CurrencyLocked,
        Self::PreconditionFailed,
        Self::PreconditionRequired,
        Self::IdempotencyMismatch,
        Self::IdempotencyInProgress,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::RateLimited,
        Self::Internal,
        Self::Busy,
        Self::Timeout,
    ];

    /// Name, status and title, in one table.
    fn entry(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED, "sign in first"),
            Self::InvalidCredentials => {
                ("invalid_credentials", StatusCode::UNAUTHORIZED, "wrong mail address or password")
            }
            Self::InvalidLink => ("invalid_link", StatusCode::UNAUTHORIZED, "the sign-in link does not work"),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, "a right is missing"),
            Self::CsrfTokenMismatch => ("csrf_token_mismatch", StatusCode::FORBIDDEN, "the CSRF token does not fit"),
            Self::OriginMismatch => ("origin_mismatch", StatusCode::FORBIDDEN, "the request comes from another site"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "nothing is here"),
            Self::NoValueRun => ("no_value_run", StatusCode::NOT_FOUND, "no value run has finished yet"),
            Self::NoBacktest => ("no_backtest", StatusCode::NOT_FOUND, "the last value run has no backtest"),
            Self::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "this method is not possible here")
            }
            Self::InvalidRequest => {
                ("invalid_request", StatusCode::UNPROCESSABLE_ENTITY, "the request cannot be accepted")
            }
            Self::InvalidCursor => {
                ("invalid_cursor", StatusCode::UNPROCESSABLE_ENTITY, "the cursor does not belong to this list")
            }
            Self::Conflict => ("conflict", StatusCode::CONFLICT, "the state of the thing does not allow this"),
            Self::Refused => ("refused", StatusCode::CONFLICT, "the ledger does not do this"),
            Self::LastAdministrator => {
                ("last_administrator", StatusCode::CONFLICT, "this is the last active administrator")
            }
            Self::CurrencyLocked => ("currency_locked", StatusCode::CONFLICT, "the currency is fixed by the data"),
            Self::PreconditionFailed => {
                ("precondition_failed", StatusCode::PRECONDITION_FAILED, "it was changed in the meantime")
            }
            Self::PreconditionRequired => {
                ("precondition_required", StatusCode::PRECONDITION_REQUIRED, "an If-Match header is needed")
            }
            Self::IdempotencyMismatch => {
                ("idempotency_mismatch", StatusCode::CONFLICT, "the key was used with another request")
            }
            Self::IdempotencyInProgress => {
                ("idempotency_in_progress", StatusCode::CONFLICT, "the same request is being worked on")
            }
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Self::UnsupportedMediaType => {
                ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body has the wrong type")
            }
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "too many tries"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "a fault of the program"),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE, "the store is busy, try again"),
            Self::Timeout => ("timeout", StatusCode::SERVICE_UNAVAILABLE, "the request took too long"),
        }
    }

    pub fn name(self) -> &'static str {
        self.entry().0
    }

    pub fn status(self) -> StatusCode {
        self.entry().1
    }
}

/// One part of the request that cannot be accepted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer into the body, or the name of a query parameter.
    #[schema(example = "/email")]
    pub pointer: String,
    #[schema(example = "malformed")]
    pub code: String,
    #[schema(example = "a mail address such as ann@example.com")]
    pub detail: String,
    /// What would be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

impl ProblemField {
    pub fn new(pointer: impl Into<String>, code: &str, allowed: impl Into<String>) -> Self {
        let allowed = allowed.into();
        Self { pointer: pointer.into(), code: code.to_owned(), detail: allowed.clone(), allowed: Some(allowed) }
    }
}

/// The body of every error answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    #[schema(example = "not_found")]
    pub code: String,
    pub errors: Vec<ProblemField>,
    /// The right that is missing, with `forbidden`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "customers.read")]
    pub right: Option<String>,
    /// With `forbidden`: where that can be had which needs no more rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/exports/masked-customers?group=champions")]
    pub instead: Option<String>,
    /// The same as in the header `X-Request-Id`.
    pub request_id: String,
}

/// An error on its way out; the request id is filled in by the outermost layer.
#[derive(Clone, Debug)]
pub struct Problem {
    pub code: Code,
    pub detail: String,
    pub errors: Vec<ProblemField>,
    pub right: Option<Right>,
    pub instead: Option<String>,
    pub retry_after_seconds: Option<u64>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), right: None, instead: None, retry_after_seconds: None }
    }

    pub fn not_found(thing: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {thing}"))
    }

    pub fn forbidden(right: Right) -> Self {
        let detail = format!("this needs the right {}", right.code());
        Self { right: Some(right), ..Self::new(Code::Forbidden, detail) }
    }

    pub fn invalid(errors: Vec<ProblemField>) -> Self {
        Self { errors, ..Self::new(Code::InvalidRequest, "some fields cannot be accepted") }
    }

    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// A fault of ours: logged here once, and nothing of it goes outside.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut causes = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(error = %causes, "request failed");
        Self::new(Code::Internal, "the program could not answer; the log has more under the request id")
    }

    pub(crate) fn body(&self, request_id: &str) -> ProblemBody {
        let (name, status, title) = self.code.entry();
        ProblemBody {
            kind: format!("{TYPE_BASE}{name}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            code: name.to_owned(),
            errors: self.errors.clone(),
            right: self.right.map(|right| right.code().to_owned()),
            instead: self.instead.clone(),
            request_id: request_id.to_owned(),
        }
    }

    pub(crate) fn respond(&self, request_id: &str) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let mut response = (self.code.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"perennial\""));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.respond("");
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
