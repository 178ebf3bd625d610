//! `POST /v1/receipts`: a till that has nothing but the write key of its source tells an order of nobody and gets a code for
//! the receipt. The order is the source's own.
//!
//! The keys of websites and apps are known to everybody who looks: whoever had one could make receipts of any amount. So
//! only tills, servers and other programs may.

use super::{answer, body, credentials};
use crate::state::ApiState;
use crate::v1::codes::base_of;
use crate::v1::receipts::{NewReceipt, issued};
use crate::v1::upserts::told;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::access::Actor;
use perennial_app::receipts::{self, ReceiptError};
use perennial_domain::source::SourceKind;
use perennial_domain::tracking::BODY_BYTES_MAX;

pub async fn handler(State(state): State<ApiState>, request: Request) -> Response {
    let (parts, content) = request.into_parts();
    let Some(write_key) = credentials::basic(&parts.headers) else {
        return answer::bad("no_write_key", "send the write key as the name of basic authentication");
    };
    let source = match state.intake.find(&write_key).await {
        Ok(source) => source,
        Err(error) => return answer::of_intake(&error),
    };
    let is_secret = matches!(source.settings.kind, SourceKind::Till | SourceKind::Server | SourceKind::Other);
    if !is_secret {
        let allowed = "a source of kind till, server or other: everybody may read the key of a website or an app";
        return answer::bad("public_key", allowed);
    }
    if let Err(error) = state.intake.take_room(&source, 1) {
        return answer::of_intake(&error);
    }
    let text = match body::text_of(&parts.headers, content, BODY_BYTES_MAX).await {
        Ok(text) => text,
        Err(refused) => return refused,
    };
    let new: NewReceipt = match serde_json::from_str(&text) {
        Ok(new) => new,
        Err(error) => return answer::bad("invalid_json", &format!("the body is not an order with a receipt: {error}")),
    };
    let actor = Actor::System("tracking");
    match receipts::issue(&state.app, &actor, &source.id, told(new.order), new.valid_hours).await {
        Ok(made) => {
            state.intake.forget_sources();
            let made = issued(made, base_of(&state, &parts.headers).ok().as_deref());
            let body = serde_json::to_string(&made).unwrap_or_default();
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &ReceiptError) -> Response {
    match error {
        ReceiptError::Order(errors) => {
            let told: Vec<String> =
                errors.iter().map(|one| format!("{}: {} ({})", one.pointer, one.code, one.allowed)).collect();
            answer::bad("invalid_order", &told.join("; "))
        }
        ReceiptError::Invalid(fields) => {
            let told: Vec<String> = fields.iter().map(|one| format!("/{}: {}", one.field, one.allowed)).collect();
            answer::bad("invalid_receipt", &told.join("; "))
        }
        ReceiptError::Claimed => answer::refuse(StatusCode::CONFLICT, "receipt_claimed", &error.to_string()),
        error => {
            tracing::warn!(%error, "a receipt was not made");
            answer::not_durable()
        }
    }
}
