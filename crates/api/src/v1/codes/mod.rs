//! Channel codes: made in bulk, drawn, counted.

mod code_dto;
mod create_codes;
mod draw_code;
mod draw_sheet;
mod get_code;
mod get_code_hours;
mod get_code_report;
mod list_code_scans;
mod list_codes;
mod pause_code;
mod put_regions;
mod resume_code;
mod update_code;

use crate::auth::forwarded;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use axum::http::{HeaderMap, header};
use perennial_app::codes::{CodeError, Period};
use perennial_app::tracking::IntakeError;
use perennial_domain::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_codes::handler, create_codes::handler))
        .routes(routes!(get_code_report::handler))
        .routes(routes!(draw_sheet::handler))
        .routes(routes!(get_code::handler, update_code::handler))
        .routes(routes!(pause_code::handler))
        .routes(routes!(resume_code::handler))
        .routes(routes!(draw_code::handler))
        .routes(routes!(get_code_hours::handler))
        .routes(routes!(list_code_scans::handler))
        .routes(routes!(put_regions::handler))
}

fn problem_of_codes(error: CodeError) -> Problem {
    match error {
        CodeError::Store(error) => crate::problem_of_store(error),
        CodeError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        CodeError::Answered(error) => crate::idempotency::problem_of_answered(error),
        CodeError::Intake(IntakeError::TooMuch { retry_after_seconds }) => {
            Problem::new(Code::Busy, "too much at a time").retry_after(retry_after_seconds)
        }
        CodeError::Intake(error) => Problem::new(Code::Busy, error.to_string()).retry_after(1),
        CodeError::Invalid(place, fields) => {
            let of = place.map(|(list, place)| format!("/{list}/{place}")).unwrap_or_default();
            let problem = |field: perennial_domain::settings::FieldError| {
                ProblemField::new(format!("{of}/{}", field.field), "out_of_range", field.allowed)
            };
            Problem::invalid(fields.into_iter().map(problem).collect())
        }
        CodeError::NotFound => Problem::not_found("code"),
        CodeError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}

/// From the one instant until before the other; absent: all that ever was.
pub(crate) fn period_of(from: Option<&str>, until: Option<&str>) -> Result<Period, Problem> {
    let instant = |name: &str, text: Option<&str>, absent: Instant| match text {
        None => Ok(absent),
        Some(text) => Instant::parse_rfc3339(text).ok_or_else(|| {
            Problem::invalid(vec![ProblemField::new(name, "malformed", "an instant such as 2026-05-01T00:00:00Z")])
        }),
    };
    let Period { from: first, until: last } = Period::ALL;
    Ok(Period { from: instant("from", from, first)?, until: instant("until", until, last)? })
}

/// The address that people reach this server by, as far as the request tells it: codes lead there.
pub(crate) fn base_of(state: &ApiState, headers: &HeaderMap) -> Result<String, Problem> {
    let by_proxy = |name: &str| if state.behind_proxy { forwarded(headers, name) } else { None };
    let host = by_proxy("x-forwarded-host").or_else(|| headers.get(header::HOST)?.to_str().ok());
    let plain = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let host = host.filter(plain).ok_or_else(|| {
        let allowed = "the address that people reach this server by, such as https://go.example.com";
        Problem::invalid(vec![ProblemField::new("base", "required", allowed)])
    })?;
    let scheme = by_proxy("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    Ok(format!("{scheme}://{host}"))
}

/// Where codes lead to: what the request asks for, or where it came to.
fn checked_base(state: &ApiState, headers: &HeaderMap, base: Option<&str>) -> Result<String, Problem> {
    const BASE_BYTES_MAX: usize = 200;
    let Some(base) = base else { return base_of(state, headers) };
    let base = base.trim_end_matches('/');
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://")).unwrap_or_default();
    let plain = base.bytes().all(|byte| byte.is_ascii_graphic()) && base.len() <= BASE_BYTES_MAX;
    if rest.is_empty() || !plain || rest.contains(['?', '#', '@']) {
        let allowed = "an address such as https://go.example.com, at most 200 bytes, without query";
        return Err(Problem::invalid(vec![ProblemField::new("base", "malformed", allowed)]));
    }
    Ok(base.to_owned())
}
