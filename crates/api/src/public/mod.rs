//! What everybody may open: short links, and the page of a package's code.
//!
//! Not in the OpenAPI document: these are addresses for people, in `docs/touch-points.md`. Invariants: opening a page claims
//! nothing (previews and robots open pages, too); a redirect leads to what an operator wrote and nowhere else; the anonymous
//! id is kept in a cookie of this server's and handed on, so that a later sign-up makes the scans the customer's.

mod short_link;
mod unit_page;

use crate::auth::forwarded;
use crate::state::ApiState;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::routing::get;
use perennial_app::codes::Visitor;

pub fn routes() -> Router<ApiState> {
    Router::new()
        .route("/s/{slug}", get(short_link::handler))
        .route("/u/{code}", get(unit_page::page).post(unit_page::claim))
}

const VISITOR_COOKIE: &str = "perennial_visitor";
const VISITOR_DAYS: u32 = 390;
/// What a proxy of ours knows of the place.
const REGION_HEADER: &str = "x-perennial-region";

fn visitor_of(state: &ApiState, headers: &HeaderMap, told: Option<&str>) -> Visitor {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let cookie = pairs.find(|(name, _)| name.trim() == VISITOR_COOKIE).map(|(_, value)| value.trim());
    Visitor::known_or_new(&state.app, told.or(cookie))
}

fn cookie_of(visitor: &Visitor) -> Option<HeaderValue> {
    let max_age = VISITOR_DAYS * 86_400;
    let text = format!("{VISITOR_COOKIE}={}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax", visitor.id());
    HeaderValue::from_str(&text).ok()
}

/// Only a proxy of ours is believed. What is not ASCII comes percent-encoded.
fn region_told(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    let text = forwarded(headers, REGION_HEADER).filter(|_| state.behind_proxy)?;
    let decoded = url_decoded(text)?;
    Some(decoded)
}

fn url_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
