//! `GET /v1/perennial.js`: the SDK of our own, for sites that load it from here.
//!
//! The file is that of `sdk/js`, committed, so that the binary has it however it was built. It is asked for by name, not
//! by version: a site gets the one that fits its server.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::OnceLock;

const SCRIPT: &str = include_str!("../../../../sdk/js/perennial.js");
/// After an update of the server, browsers have the new one within this.
const CACHE_CONTROL: &str = "public, max-age=3600";

pub async fn handler(headers: HeaderMap) -> Response {
    static PACKED: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let accepts_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim() == "gzip"));
    let mut response = match PACKED.get_or_init(packed) {
        Some(bytes) if accepts_gzip => {
            ([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))], bytes.as_slice()).into_response()
        }
        _ => (StatusCode::OK, SCRIPT).into_response(),
    };
    for (name, value) in [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, CACHE_CONTROL),
        (header::VARY, "accept-encoding"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Made once: the file never changes while a process lives.
fn packed() -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(SCRIPT.as_bytes()).ok()?;
    encoder.finish().ok()
}
