//! What the headers of a request ask for, and the fixed headers of the answers.

use axum::http::{HeaderMap, HeaderName, header};

/// Nothing may be loaded from elsewhere; styles that a component library writes at run time carry the nonce.
pub fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
}

/// Whether an element of a comma-separated list, weighed by `q`, is wanted. `q=0` means: not at all.
fn wants(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(
        |element| {
            let mut parts = element.split(';').map(str::trim);
            let named = parts.next().is_some_and(|value| value.eq_ignore_ascii_case(token));
            let refused = parts
                .filter_map(|parameter| parameter.strip_prefix("q="))
                .any(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0));
            named && !refused
        },
    )
}

/// A person's browser names `text/html`; programs, `fetch` and `<img>` do not.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    wants(headers, header::ACCEPT, "text/html")
}

pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    wants(headers, header::ACCEPT_ENCODING, "gzip")
}

/// True when the caller already has the version that `etag` names.
pub fn has_version(headers: &HeaderMap, etag: &str) -> bool {
    let strong = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|candidate| candidate.trim() == "*" || strong(candidate) == strong(etag))
}

pub fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
