//! The HTTP interface: one file per endpoint, one shape of error, one OpenAPI document.
//!
//! Order of the layers, from the outside: compression, observation (request id, log line, metrics, security
//! headers), panics, time limit, idempotency, routes. Extractors decide who asks and whether that is allowed.
//!
//! Invariants: nothing about the business is decided here; a route cannot exist without its entry in the
//! document; errors are problems (RFC 9457) with a code from `docs/errors.md`; no log line carries personal
//! data. How endpoints are shaped stands in `docs/api-design.md`; how to add one in [`v1`].

pub mod auth;
mod extract;
mod idempotency;
mod money;
mod observe;
mod openapi;
mod page;
mod problem;
mod public;
mod state;
mod tracking;
pub mod v1;

pub use idempotency::JSON_BYTES_MAX;
pub use money::Money;
pub use observe::{REQUEST_DURATION, REQUESTS_TOTAL};
pub use openapi::{openapi, openapi_json};
pub use problem::{Code, Problem, ProblemBody, ProblemField};
pub use state::ApiState;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use utoipa_axum::router::OpenApiRouter;

/// Smaller answers are not worth the header.
const COMPRESSED_BYTES_MIN: u64 = 1_024;

fn documented_routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::head())
        .merge(v1::access::routes())
        .merge(v1::overview::routes())
        .merge(v1::inventory::routes())
        .merge(v1::customers::routes())
        .merge(v1::stages::routes())
        .merge(v1::paths::routes())
        .merge(v1::progress::routes())
        .merge(v1::relations::routes())
        .merge(v1::topics::routes())
        .merge(v1::usage_cards::routes())
        .merge(v1::tickets::routes())
        .merge(v1::reach::routes())
        .merge(v1::scenes::routes())
        .merge(v1::identity::routes())
        .merge(v1::value::routes())
        .merge(v1::imports::routes())
        .merge(v1::sources::routes())
        .merge(v1::plans::routes())
        .merge(v1::consent::routes())
        .merge(v1::privacy::routes())
        .merge(v1::pulls::routes())
        .merge(v1::upserts::routes())
        .merge(v1::webhooks::routes())
        .merge(v1::stores::routes())
        .merge(v1::clerks::routes())
        .merge(v1::fields::routes())
        .merge(v1::tags::routes())
        .merge(v1::segments::routes())
        .merge(v1::key_customers::routes())
        .merge(v1::layers::routes())
        .merge(v1::matrices::routes())
        .merge(v1::priorities::routes())
        .merge(v1::clusters::routes())
        .merge(v1::audiences::routes())
        .merge(v1::communities::routes())
        .merge(v1::insights::routes())
        .merge(v1::touch_points::routes())
        .merge(v1::codes::routes())
        .merge(v1::units::routes())
        .merge(v1::forms::routes())
        .merge(v1::receipts::routes())
        .merge(v1::rewards::routes())
        .merge(v1::operation::routes())
}

/// All routes below `/api`, those of the tracking SDKs below `/v1`, short links (`/s`), codes of packages (`/u`), forms (`/f`) and receipts (`/r`), `/healthz` and `/readyz`. The binary merges its
/// own: `/metrics`, the console.
pub fn router(state: ApiState) -> Router {
    let (routes, _document) = documented_routes().split_for_parts();
    routes
        .merge(tracking::routes())
        .merge(public::routes())
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api", any(unknown_route))
        .route("/api/", any(unknown_route))
        .route("/api/{*rest}", any(unknown_route))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), idempotency::once))
        .layer(from_fn(observe::limit_time))
        .layer(CatchPanicLayer::custom(observe::answer_panic))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(COMPRESSED_BYTES_MIN).and(is_json)))
        .with_state(state)
}

fn is_json(_: StatusCode, _: axum::http::Version, headers: &HeaderMap, _: &axum::http::Extensions) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

async fn unknown_route() -> Problem {
    Problem::new(Code::NotFound, "the interface has no such path")
}

async fn method_not_allowed() -> Problem {
    Problem::new(Code::MethodNotAllowed, "this path does not know this method")
}

/// The store's errors are ours, never the caller's; a busy store is worth another try.
pub(crate) fn problem_of_store(error: perennial_app::access::StoreError) -> Problem {
    if matches!(error, perennial_app::access::StoreError::Busy(_)) {
        tracing::warn!(error = %error, "store is busy");
        return Problem::new(Code::Busy, "the store is busy").retry_after(1);
    }
    Problem::internal(&error)
}
