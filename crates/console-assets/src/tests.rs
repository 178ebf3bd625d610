//! The serving rules, played against a small set of files, and the embedded ones.

use crate::serve::{File, Files};
use crate::{Nonce, router, router_of};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt;

const HTML: &str = "<meta property=\"csp-nonce\" content=\"__CSP_NONCE__\"><style nonce=\"__CSP_NONCE__\"></style>";
const BODY_LIMIT_BYTES: usize = 1 << 20;

fn sample() -> Files {
    Files {
        get: |path| {
            let bytes: &'static [u8] = match path {
                "index.html" => HTML.as_bytes(),
                "assets/main-a1b2.js" => b"console.log(1)",
                "assets/main-a1b2.js.gz" => b"(compressed)",
                "assets/icon.svg" => b"<svg/>",
                "theme.js" => b"1",
                _ => return None,
            };
            let mut sha256 = [0; 32];
            sha256[0] = u8::try_from(bytes.len()).ok()?;
            Some(File { bytes: Cow::Borrowed(bytes), sha256 })
        },
    }
}

fn counting_nonce() -> Nonce {
    let next = AtomicU32::new(1);
    Arc::new(move || format!("nonce{}", next.fetch_add(1, Ordering::Relaxed)))
}

fn site() -> Router {
    router_of(sample(), counting_nonce())
}

async fn ask(site: &Router, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    site.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn get(site: &Router, path: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    ask(site, Method::GET, path, headers).await
}

fn text<'a>(response: &'a Response<Body>, name: &header::HeaderName) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), BODY_LIMIT_BYTES).await.unwrap().to_vec()).unwrap()
}

const BROWSER: [(header::HeaderName, &str); 1] = [(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];

#[tokio::test]
async fn files_with_a_hash_in_their_name_are_kept_for_a_year() {
    let response = get(&site(), "/assets/icon.svg", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(&response, &header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(text(&response, &header::CONTENT_TYPE), "image/svg+xml");
    assert_eq!(text(&response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(text(&response, &header::REFERRER_POLICY), "same-origin");
}

#[tokio::test]
async fn files_without_a_hash_are_asked_for_each_time() {
    let site = site();
    let response = get(&site, "/theme.js", &[]).await;
    assert_eq!(text(&response, &header::CACHE_CONTROL), "no-cache");
    let etag = text(&response, &header::ETAG).to_owned();
    let again = get(&site, "/theme.js", &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(body(again).await, "");
}

#[tokio::test]
async fn the_compressed_form_goes_to_those_who_accept_it() {
    let site = site();
    let plain = get(&site, "/assets/main-a1b2.js", &[]).await;
    assert_eq!(text(&plain, &header::CONTENT_ENCODING), "");
    assert_eq!(text(&plain, &header::VARY), "accept-encoding");
    let refused = get(&site, "/assets/main-a1b2.js", &[(header::ACCEPT_ENCODING, "br, gzip;q=0")]).await;
    assert_eq!(text(&refused, &header::CONTENT_ENCODING), "");
    let gzip = get(&site, "/assets/main-a1b2.js", &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]).await;
    assert_eq!(text(&gzip, &header::CONTENT_ENCODING), "gzip");
    assert_eq!(text(&gzip, &header::CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert_ne!(text(&gzip, &header::ETAG), text(&plain, &header::ETAG));
    assert_eq!(body(gzip).await, "(compressed)");
}

#[tokio::test]
async fn the_compressed_form_has_no_address_of_its_own() {
    assert_eq!(get(&site(), "/assets/main-a1b2.js.gz", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_page_has_its_own_nonce_in_policy_and_text() {
    let site = site();
    for expected in ["nonce1", "nonce2"] {
        let response = get(&site, "/", &BROWSER).await;
        assert_eq!(
            text(&response, &header::CONTENT_SECURITY_POLICY),
            format!(
                "default-src 'self'; style-src 'self' 'nonce-{expected}'; img-src 'self' data:; \
                 frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
            )
        );
        assert_eq!(text(&response, &header::CACHE_CONTROL), "private, no-cache");
        let html = body(response).await;
        assert_eq!(html.matches(expected).count(), 2, "{html}");
        assert!(!html.contains("__CSP_NONCE__"));
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_keeps_the_policy_it_was_stored_with() {
    let site = site();
    let etag = text(&get(&site, "/", &BROWSER).await, &header::ETAG).to_owned();
    assert!(etag.starts_with("W/"), "{etag}");
    let again = get(&site, "/", &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(&again, &header::CONTENT_SECURITY_POLICY), "");
}

#[tokio::test]
async fn a_nonce_cannot_break_out_of_the_policy() {
    let site = router_of(sample(), Arc::new(|| String::from("a'; script-src *\r\n\"<b>")));
    let response = get(&site, "/", &BROWSER).await;
    assert!(text(&response, &header::CONTENT_SECURITY_POLICY).contains("'nonce-ascript-srcb'"));
}

#[tokio::test]
async fn a_screen_of_the_console_answers_with_the_page() {
    let site = site();
    for path in ["/customers/cus_1", "/customers?sort=lifetime_value", "/index.html", "/apiary"] {
        let response = get(&site, path, &BROWSER).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(text(&response, &header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn only_somebody_who_accepts_html_gets_the_page() {
    let site = site();
    assert_eq!(get(&site, "/customers", &[]).await.status(), StatusCode::NOT_FOUND);
    let program = get(&site, "/customers", &[(header::ACCEPT, "application/json, */*")]).await;
    assert_eq!(program.status(), StatusCode::NOT_FOUND);
    let refusing = get(&site, "/customers", &[(header::ACCEPT, "text/html;q=0, */*")]).await;
    assert_eq!(refusing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_path_of_the_api_is_never_the_page() {
    let site = site();
    for path in ["/api", "/api/", "/api/v1/nothing"] {
        let response = get(&site, path, &BROWSER).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(text(&response, &header::CONTENT_TYPE), "application/problem+json", "{path}");
        assert!(body(response).await.contains("\"code\":\"not_found\""));
    }
}

#[tokio::test]
async fn a_missing_chunk_is_an_error_and_not_the_page() {
    assert_eq!(get(&site(), "/assets/old-9f9f.js", &BROWSER).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let response = ask(&site(), Method::POST, "/customers", &BROWSER).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(text(&response, &header::ALLOW), "GET, HEAD");
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let response = ask(&site(), Method::HEAD, "/assets/icon.svg", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(&response, &header::CONTENT_TYPE), "image/svg+xml");
    assert_eq!(body(response).await, "");
}

#[tokio::test]
async fn nothing_outside_the_embedded_files_can_be_read() {
    let site = site();
    for path in ["/../Cargo.toml", "/assets/../../Cargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd"] {
        assert_eq!(get(&site, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_embedded_page_is_there_in_every_kind_of_build() {
    let response = get(&router(counting_nonce()), "/", &BROWSER).await;
    assert_eq!(response.status(), StatusCode::OK);
    let html = body(response).await;
    assert!(html.contains("<title>Perennial</title>"), "{html}");
    assert!(!html.contains("__CSP_NONCE__"), "{html}");
    assert_eq!(html.contains("content=\"placeholder\""), !crate::is_built());
}
