//! Forms: what people fill in themselves, on a page of the brand's or on a tablet at a counter.
//!
//! A field is named for what it fills: `phone` and `email` are identifiers, every other name is a trait. A form is changed by
//! adding a version; an answer names the version that it was given to, so that a tablet that was offline answers the one that
//! it had. Invariants: reading is pure and says of every field what is wrong with it; what is left blank says nothing; a box
//! that is not ticked says nothing either, so that nobody takes a consent back by filling in a form.

mod answer;
mod settings;

pub use answer::{Filled, Told};
pub use settings::{AnswerKind, Choice, CounterSettings, FormConsent, FormField, FormSettings, Words};

use serde::{Deserialize, Serialize};

pub const SUBMITTED_EVENT: &str = "Form Submitted";

pub const FORMS_MAX: usize = 500;
pub const COUNTERS_MAX: usize = 1_000;
/// What one answer may be long, with all that it says: an event of any source may be as large.
pub const SUBMISSION_BYTES_MAX: usize = 32 * 1024;

/// Something that cannot be accepted, by its path, such as `fields/2/label` or `answers/phone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub field: String,
    pub allowed: String,
}

impl Wrong {
    pub fn new(field: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { field: field.into(), allowed: allowed.into() }
    }
}

/// In which a form is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    pub fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// The id that whoever fills in a form gives the answer, so that it may be sent again: random, such as a UUID.
pub fn is_submission_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=64).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_long_enough_to_be_alone() {
        assert!(is_submission_id("0193a5c2-7f2e-7abc-8d11-000000000001") && is_submission_id(&"a".repeat(16)));
        for wrong in ["", "short", &"a".repeat(65), "0123456789abcde/", "0123456789abcde "] {
            assert!(!is_submission_id(wrong), "{wrong}");
        }
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Some(language));
        }
    }
}
