//! `GET /v1/projects/{writeKey}/settings`: what browser and mobile SDKs ask for when they start.
//!
//! One integration, ourselves: the answer sends them back to where they asked, so that a page names the address once.

use super::answer;
use crate::auth;
use crate::state::ApiState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

pub async fn settings(State(state): State<ApiState>, Path(write_key): Path<String>, headers: HeaderMap) -> Response {
    match state.intake.knows(&write_key).await {
        Ok(true) => {}
        Ok(false) => return answer::refuse(StatusCode::NOT_FOUND, "invalid_write_key", "the write key is unknown"),
        Err(error) => return answer::of_intake(&error),
    }
    let forwarded = |name: &str| if state.behind_proxy { auth::forwarded(&headers, name) } else { None };
    let asked = || headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = forwarded("x-forwarded-host").or_else(asked).unwrap_or_default();
    let protocol = forwarded("x-forwarded-proto").filter(|protocol| *protocol == "https").unwrap_or("http");
    let enabled = json!({ "__default": { "enabled": true, "integrations": {} } });
    let segment = json!({
        "apiKey": write_key,
        "apiHost": format!("{host}/v1"),
        "protocol": protocol,
        "unbundledIntegrations": [],
        "addBundledMetadata": true,
        "maybeBundledConfigIds": {},
        "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
    });
    let body = json!({
        "integrations": { "Segment.io": segment },
        "plan": { "track": enabled, "identify": enabled, "group": enabled },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
    });
    Json(body).into_response()
}
