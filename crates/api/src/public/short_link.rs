//! `GET /s/{slug}`: counts the scan and leads on.

use super::{cookie_of, region_of, visitor_of};
use crate::auth::Address;
use crate::problem::{Code, Problem};
use crate::state::ApiState;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::codes::{self, CodeError};
use perennial_app::tracking::IntakeError;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct LinkParams {
    /// The anonymous id of a device that is known already, under the name that the SDKs give it.
    ajs_aid: Option<String>,
}

pub async fn handler(
    State(state): State<ApiState>,
    Path(slug): Path<String>,
    Query(params): Query<LinkParams>,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor_of(&state, &headers, params.ajs_aid.as_deref());
    let region = region_of(&state, &headers, address.as_deref()).await?;
    let scanned = codes::scan(&state.app, &state.intake, &slug, &visitor, &region).await.map_err(problem_of_scan)?;
    let target = with_visitor(&scanned.target, visitor.id());
    let location = HeaderValue::from_str(&target).map_err(|error| Problem::internal(&error))?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    response.headers_mut().extend(cookie_of(&state, &headers, &visitor).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

fn problem_of_scan(error: CodeError) -> Problem {
    match error {
        CodeError::Store(error) => crate::problem_of_store(error),
        CodeError::Intake(IntakeError::TooMuch { retry_after_seconds }) => {
            Problem::new(Code::Busy, "too much at a time").retry_after(retry_after_seconds)
        }
        CodeError::Intake(error) => Problem::new(Code::Busy, error.to_string()).retry_after(1),
        _ => Problem::not_found("code"),
    }
}

/// The SDKs take the id from here, so that what is done at the target is the same visitor's.
fn with_visitor(target: &str, id: &str) -> String {
    let (page, fragment) = target.split_once('#').map_or((target, None), |(page, fragment)| (page, Some(fragment)));
    let mark = if page.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{page}{mark}ajs_aid={id}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visitor_is_handed_on_in_the_query() {
        assert_eq!(with_visitor("https://a.example/x", "vis_1"), "https://a.example/x?ajs_aid=vis_1");
        assert_eq!(with_visitor("https://a.example/?y=1#top", "vis_1"), "https://a.example/?y=1&ajs_aid=vis_1#top");
    }
}
