//! `GET /v1/pixel/{type}?data=…`: a message as the address of a picture, for mails and pages without scripts.

use super::{answer, credentials, events};
use crate::state::ApiState;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_domain::tracking::{EVENT_BYTES_MAX, MessageKind};
use serde::Deserialize;

/// One transparent dot.
const GIF: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
    0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
    0x02, 0x44, 0x01, 0x00, 0x3b,
];

#[derive(Deserialize)]
pub struct PixelParams {
    /// The message as base 64 of its JSON.
    data: Option<String>,
}

pub async fn handler(
    State(state): State<ApiState>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    Query(params): Query<PixelParams>,
) -> Response {
    let Some(kind) = MessageKind::parse(&kind) else {
        return answer::refuse(StatusCode::NOT_FOUND, "unknown_route", "there is no such type of message");
    };
    // A plus that was not escaped arrives as a blank.
    let data = params.data.unwrap_or_default().replace(' ', "+");
    let text = credentials::base64_decode(&data).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text.filter(|text| text.len() <= EVENT_BYTES_MAX) else {
        return answer::bad("invalid_data", "data is the message's JSON in base 64, of at most 32 KiB");
    };
    let taken = events::take_single(&state, kind, &text, credentials::basic(&headers)).await;
    if taken.status() != StatusCode::OK {
        return taken;
    }
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"))], GIF).into_response()
}
