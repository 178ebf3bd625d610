//! Days of a request.

use crate::problem::{Problem, ProblemField};
use perennial_domain::time::{Day, Instant};
use serde::Deserialize;
use utoipa::IntoParams;

/// Both are days of the brand's zone, and both belong to it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// The first day.
    #[param(format = Date, example = "2026-05-01")]
    from: String,
    /// The last day.
    #[param(format = Date, example = "2026-05-31")]
    to: String,
}

impl Days {
    pub fn read(&self) -> Result<(Day, Day), Problem> {
        Ok((day("from", &self.from)?, day("to", &self.to)?))
    }
}

pub fn day(pointer: &str, text: &str) -> Result<Day, Problem> {
    let malformed = || Problem::invalid(vec![ProblemField::new(pointer, "malformed", "a day such as 2026-05-31")]);
    Day::parse_iso(text).ok_or_else(malformed)
}

pub fn instant(pointer: &str, text: Option<&str>) -> Result<Option<Instant>, Problem> {
    let allowed = "an instant such as 2026-05-01T00:00:00Z";
    let malformed = || Problem::invalid(vec![ProblemField::new(pointer, "malformed", allowed)]);
    text.map(|text| Instant::parse_rfc3339(text).ok_or_else(malformed)).transpose()
}
