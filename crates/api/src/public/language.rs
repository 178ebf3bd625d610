//! In which language a page greets.

use axum::http::{HeaderMap, header};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// The first that the browser wants, of the two.
    pub fn of(headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let first = wanted.split(',').map(|one| one.trim().to_ascii_lowercase());
        let known = first.filter_map(|one| match one.get(..2) {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        });
        known.into_iter().next().unwrap_or(Self::Chinese)
    }

    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        if self == Self::Chinese { chinese } else { english }
    }

    pub fn code(self) -> &'static str {
        if self == Self::Chinese { "zh-CN" } else { "en" }
    }
}
