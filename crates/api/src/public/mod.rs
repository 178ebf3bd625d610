//! What everybody may open: short links, the page of a package's code, forms, and the page of a receipt.
//!
//! Not in the OpenAPI document: these are addresses for people, in `docs/touch-points.md`,
//! `docs/forms.md` and `docs/receipts.md`. Invariants: opening a page claims
//! nothing (previews and robots open pages, too); a redirect leads to what an operator wrote and nowhere else; the anonymous
//! id is kept in a cookie of this server's and handed on, so that a later sign-up makes the scans the customer's.

mod form;
mod language;
mod receipt_page;
mod short_link;
mod unit_page;

use crate::auth::{cookie_named, forwarded, is_https, set_cookie};
use crate::problem::Problem;
use crate::state::ApiState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::get;
use percent_encoding::percent_decode_str;
use perennial_app::codes::{self, Visitor};

pub fn routes() -> Router<ApiState> {
    let of_few_bytes = DefaultBodyLimit::max(receipt_page::BODY_BYTES_MAX);
    Router::new()
        .route("/s/{slug}", get(short_link::handler))
        .route("/u/{code}", get(unit_page::page).post(unit_page::claim))
        .route("/r/{token}", get(receipt_page::page).post(receipt_page::claim).layer(of_few_bytes))
        .merge(form::routes())
}

const VISITOR_COOKIE: &str = "perennial_visitor";
const VISITOR_DAYS: i64 = 390;
/// What a proxy of ours knows of the place.
const REGION_HEADER: &str = "x-perennial-region";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn visitor_of(state: &ApiState, headers: &HeaderMap, told: Option<&str>) -> Visitor {
    let cookie = cookie_named(headers, VISITOR_COOKIE);
    Visitor::known_or_new(&state.app, told.or(cookie.as_deref()))
}

fn cookie_of(state: &ApiState, headers: &HeaderMap, visitor: &Visitor) -> Option<HeaderValue> {
    set_cookie(VISITOR_COOKIE, visitor.id(), VISITOR_DAYS * 86_400, is_https(state, headers))
}

/// Where somebody scans. Only a proxy of ours is believed; what is not ASCII comes percent-encoded.
async fn region_of(state: &ApiState, headers: &HeaderMap, address: Option<&str>) -> Result<String, Problem> {
    let told = forwarded(headers, REGION_HEADER).filter(|_| state.behind_proxy);
    let told = told.and_then(|text| percent_decode_str(text).decode_utf8().ok());
    codes::region_of(&state.app, told.as_deref(), address).await.map_err(crate::problem_of_store)
}
