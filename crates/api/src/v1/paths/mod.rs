//! Paths: named ordered steps of a journey, how many have gone them, and who.

mod get_customer_paths;
mod get_paths;
mod list_path_people;
mod path_dto;
mod put_paths;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::paths::PathError;
use perennial_domain::time::{Day, Zone};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_paths::handler, put_paths::handler))
        .routes(routes!(list_path_people::handler))
        .routes(routes!(get_customer_paths::handler))
}

fn problem_of_paths(error: PathError) -> Problem {
    match error {
        PathError::Store(error) => crate::problem_of_store(error),
        PathError::History(error) => Problem::internal(&error),
        error @ PathError::BrokenOff(_) => Problem::internal(&error),
        PathError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        PathError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        PathError::NoPath => Problem::not_found("path"),
        PathError::NoCustomer => Problem::not_found("customer"),
        PathError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}

/// A figure of so many months shows nothing any more.
const DAYS_MAX: i32 = 3_660;
/// As long as months are shown where nobody says: a year.
const DAYS_USUAL: i32 = 364;

/// The days asked for, both included; the last year where nothing is.
fn days_of(from: Option<&str>, until: Option<&str>, today: Day) -> Result<(Day, Day), Problem> {
    let day = |field: &'static str, text: Option<&str>| {
        let wrong = || Problem::invalid(vec![ProblemField::new(field, "malformed", "a day such as 2026-11-22")]);
        text.map(|text| Day::parse_iso(text).ok_or_else(wrong)).transpose()
    };
    let until = day("until", until)?.unwrap_or(today);
    let from = day("from", from)?.unwrap_or(Day(until.0.saturating_sub(DAYS_USUAL)));
    if from > until || until.0.saturating_sub(from.0) > DAYS_MAX {
        let allowed = "a day up to until, at most ten years before it";
        return Err(Problem::invalid(vec![ProblemField::new("from", "out_of_range", allowed)]));
    }
    Ok((from, until))
}

fn today(state: &ApiState, zone: &Zone) -> Day {
    zone.day_of(state.app.clock.now())
}
