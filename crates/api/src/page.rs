//! Pages: `?limit=` and an opaque `?cursor=`.

use crate::problem::{Code, Problem, ProblemField};
use perennial_app::access::{base64url_decode, base64url_encode};
use serde::Deserialize;
use utoipa::IntoParams;

pub const LIMIT_DEFAULT: usize = 50;
pub const LIMIT_MAX: usize = 200;

/// The parameters of a list that has no filter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageParams {
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageParams {
    pub fn limit(&self) -> Result<usize, Problem> {
        checked_limit(self.limit)
    }

    /// The key behind the cursor of the list `list`.
    pub fn after(&self, list: &str) -> Result<Option<String>, Problem> {
        self.cursor.as_deref().map(|cursor| decode(list, cursor)).transpose()
    }
}

pub fn checked_limit(limit: Option<usize>) -> Result<usize, Problem> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::invalid(vec![ProblemField::new("limit", "out_of_range", "1 to 200")]))
}

/// A cursor names its list, so that one of another list is refused instead of misread.
pub fn encode(list: &str, key: &str) -> String {
    base64url_encode(format!("{list}:{key}").as_bytes())
}

pub fn decode(list: &str, cursor: &str) -> Result<String, Problem> {
    let text = base64url_decode(cursor).and_then(|bytes| String::from_utf8(bytes).ok());
    let key = text.as_deref().and_then(|text| text.strip_prefix(list)).and_then(|rest| rest.strip_prefix(':'));
    key.map(ToOwned::to_owned).ok_or_else(invalid_cursor)
}

/// The number behind the cursor of a list that is walked by numbers.
pub fn number_before(list: &str, cursor: Option<&str>) -> Result<Option<i64>, Problem> {
    let key = cursor.map(|cursor| decode(list, cursor)).transpose()?;
    key.map(|key| key.parse().map_err(|_| invalid_cursor())).transpose()
}

pub fn invalid_cursor() -> Problem {
    Problem::new(Code::InvalidCursor, "the cursor is not one of this list; start without a cursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_in_its_own_list_only() {
        let cursor = encode("audit", "17");
        assert_eq!(decode("audit", &cursor).unwrap(), "17");
        assert_eq!(decode("jobs", &cursor).unwrap_err().code, Code::InvalidCursor);
        assert_eq!(decode("audit", "%%%").unwrap_err().code, Code::InvalidCursor);
    }
}
