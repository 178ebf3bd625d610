//! What the Segment-style SDKs and our own call, at the server's root: `/v1/track`, `/v1/batch` and their like.
//!
//! The contract is that of the SDKs, not of `/api/v1`: it is in `docs/tracking.md`, not in the OpenAPI document.
//!
//! Invariants: 200 with `{"success":true}` means that every accepted message is on disk, and nothing else does; a fault
//! of the sender's is 400 with `{"code","message"}`, too much at a time 429 with `Retry-After` and
//! `X-RateLimit-Reset`, a fault of ours 503; there is never a redirect, which some SDKs take for success; any site may
//! call (but for receipts, which no browser asks for), and neither cookies nor sign-ins are looked at.

mod answer;
mod body;
mod credentials;
mod events;
mod pixel;
mod project;
mod receipt;
mod script;

use crate::state::ApiState;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use perennial_domain::tracking::MessageKind;

/// The long and the short route of each type.
const SINGLE_ROUTES: [(&str, &str, MessageKind); 6] = [
    ("/v1/track", "/v1/t", MessageKind::Track),
    ("/v1/identify", "/v1/i", MessageKind::Identify),
    ("/v1/page", "/v1/p", MessageKind::Page),
    ("/v1/screen", "/v1/s", MessageKind::Screen),
    ("/v1/group", "/v1/g", MessageKind::Group),
    ("/v1/alias", "/v1/a", MessageKind::Alias),
];
const BATCH_ROUTES: [&str; 3] = ["/v1/batch", "/v1/import", "/v1/b"];

pub fn routes() -> Router<ApiState> {
    let mut router = Router::new();
    for (long, short, kind) in SINGLE_ROUTES {
        let handler = move |state: State<ApiState>, request: Request| events::single(state, kind, request);
        router = router.route(long, post(handler).options(preflight)).route(short, post(handler).options(preflight));
    }
    for path in BATCH_ROUTES {
        router = router.route(path, post(events::batch).options(preflight));
    }
    router
        .route("/v1/m", post(events::metrics).options(preflight))
        .route("/v1/projects/{write_key}/settings", get(project::settings).options(preflight))
        .route("/v1/pixel/{kind}", get(pixel::handler).options(preflight))
        .route("/v1/perennial.js", get(script::handler).options(preflight))
        .route("/v1", any(unknown_route))
        .route("/v1/", any(unknown_route))
        .route("/v1/{*rest}", any(unknown_route))
        .layer(from_fn(allow_any_origin))
        // No browser sends this: a page of another site may not even ask.
        .route("/v1/receipts", post(receipt::handler))
}

async fn preflight() -> StatusCode {
    StatusCode::OK
}

async fn unknown_route(request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::OK.into_response();
    }
    answer::refuse(StatusCode::NOT_FOUND, "unknown_route", "the tracking interface has no such path")
}

/// What a browser may be told about: the page may be anybody's.
async fn allow_any_origin(request: Request, next: Next) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, content-encoding, x-retry-count, anonymousid",
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after, x-ratelimit-reset"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
