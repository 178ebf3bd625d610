//! One function from a request to an answer. Nothing is awaited and nothing is read from disk.

use crate::headers::{accepts_gzip, accepts_html, content_security_policy, content_type, has_version};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use std::borrow::Cow;

const PAGE: &str = "index.html";
const NONCE_MARK: &str = "__CSP_NONCE__";
const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";
/// The page carries a nonce, so that no shared cache may keep it.
const ASK_EACH_TIME_PRIVATE: &str = "private, no-cache";
/// Bytes of the content hash in an ETag; 8 bytes tell versions of one file apart.
const ETAG_BYTES: usize = 8;
const API_NOT_FOUND: &str =
    r#"{"type":"about:blank","title":"Not found","status":404,"code":"not_found","detail":"there is no such path"}"#;

pub struct File {
    pub bytes: Cow<'static, [u8]>,
    pub sha256: [u8; 32],
}

/// The embedded files, or those of a test.
#[derive(Clone, Copy)]
pub struct Files {
    pub get: fn(&str) -> Option<File>,
}

pub fn answer(
    files: &Files,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    nonce: &dyn Fn() -> String,
) -> Response<Body> {
    if path == "/api" || path.starts_with("/api/") {
        return with_type(StatusCode::NOT_FOUND, "application/problem+json", API_NOT_FOUND);
    }
    if method != Method::GET && method != Method::HEAD {
        let mut response = with_type(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "use GET\n");
        set(&mut response, header::ALLOW, "GET, HEAD");
        return response;
    }
    let mut response = found(files, path.trim_start_matches('/'), headers, nonce);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn found(files: &Files, name: &str, headers: &HeaderMap, nonce: &dyn Fn() -> String) -> Response<Body> {
    if name.is_empty() || name == PAGE {
        return page(files, headers, nonce);
    }
    // The .gz files are another form of the file beside them, not files of their own.
    if !name.ends_with(".gz")
        && let Some(file) = (files.get)(name)
    {
        return asset(files, name, file, headers);
    }
    // A missing chunk of an older version must be an error, or a browser would run HTML as a script.
    if accepts_html(headers) && !name.starts_with("assets/") {
        return page(files, headers, nonce);
    }
    with_type(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "not found\n")
}

fn asset(files: &Files, name: &str, plain: File, headers: &HeaderMap) -> Response<Body> {
    let compressed = (files.get)(&format!("{name}.gz"));
    let varies = compressed.is_some();
    let (file, gzip) = match compressed {
        Some(file) if accepts_gzip(headers) => (file, true),
        _ => (plain, false),
    };
    let caching = if name.starts_with("assets/") { FOR_A_YEAR } else { ASK_EACH_TIME };
    let etag = format!("\"{}\"", version(&file.sha256));
    let mut response = if has_version(headers, &etag) {
        with_status(StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        with_type(StatusCode::OK, content_type(name), file.bytes)
    };
    if gzip && response.status() == StatusCode::OK {
        set(&mut response, header::CONTENT_ENCODING, "gzip");
    }
    if varies {
        set(&mut response, header::VARY, "accept-encoding");
    }
    set(&mut response, header::CACHE_CONTROL, caching);
    set(&mut response, header::ETAG, &etag);
    response
}

fn page(files: &Files, headers: &HeaderMap, nonce: &dyn Fn() -> String) -> Response<Body> {
    let Some(file) = (files.get)(PAGE) else {
        return with_type(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "the console is not in this binary\n");
    };
    // Weak: two answers of one version differ in their nonce.
    let etag = format!("W/\"{}\"", version(&file.sha256));
    let mut response = if has_version(headers, &etag) {
        // No policy here: headers of a 304 replace the stored ones, and the stored page has the stored nonce.
        with_status(StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        let nonce: String = nonce().chars().filter(|c| c.is_ascii_alphanumeric() || "+/-_=".contains(*c)).collect();
        let html = String::from_utf8_lossy(&file.bytes).replace(NONCE_MARK, &nonce);
        let mut response = with_type(StatusCode::OK, content_type(PAGE), html);
        set(&mut response, header::CONTENT_SECURITY_POLICY, &content_security_policy(&nonce));
        response
    };
    set(&mut response, header::VARY, "accept");
    set(&mut response, header::CACHE_CONTROL, ASK_EACH_TIME_PRIVATE);
    set(&mut response, header::ETAG, &etag);
    response
}

fn version(sha256: &[u8; 32]) -> String {
    sha256[..ETAG_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Content>) -> Response<Body> {
    let mut response = with_status(status, body.into().0);
    set(&mut response, header::CONTENT_TYPE, content_type);
    response
}

fn with_status(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::REFERRER_POLICY, "same-origin");
    response
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A body from what the callers have; embedded bytes are not copied.
struct Content(Body);

impl From<&'static str> for Content {
    fn from(text: &'static str) -> Self {
        Self(Body::from(text))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self(Body::from(text))
    }
}

impl From<Cow<'static, [u8]>> for Content {
    fn from(bytes: Cow<'static, [u8]>) -> Self {
        Self(Body::from(match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        }))
    }
}
