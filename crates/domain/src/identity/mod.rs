//! Who is behind a fact: identifiers in their normal form, the flat match, merges and un-merges.
//!
//! | module | decides |
//! |---|---|
//! | [`types`](IdentifierType) | which identifiers there are, how strong each is, how many of it a customer may have |
//! | [`matching`](Matching) | whose a fact is, which identifiers join, which are left off and why, who is one person |
//! | [`parts`](Parts) | which profiles are one customer, and who they are again when a merge is taken back |
//! | [`fields`](holding) | what a trait is where several say different things |
//!
//! Invariants: decisions are pure and the same for files and live facts; an identifier belongs to one profile, for
//! good; a fact belongs to one profile, for good. A merge says that profiles are one customer and moves nothing, so
//! that taking it back gives each of them all it had, and what came since. What is left off is recorded.

mod fields;
mod matching;
mod parts;
mod types;

pub use fields::{Because, Word, holding, words_together};
pub use matching::{
    Held, LeftOff, LeftOffReason, Matching, Merging, Owner, People, match_file, match_message, match_typed,
};
pub use parts::{Customer, Join, MergeError, PARTS_MAX, Parted, Parts, survivor_of};
pub use types::{IdentifierType, Limit, Period};

use crate::phone::{PhoneRegion, normal_phone};
use serde::{Deserialize, Serialize};

/// One identifier in its normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    #[serde(rename = "type")]
    pub kind: IdentifierType,
    pub value: String,
}

impl Identifier {
    /// The type and the beginning of the value as a number. Identifiers that differ in it are in its order: whoever sorts
    /// many compares numbers that lie side by side, and looks at the texts only where these are equal.
    pub fn beginning(&self) -> (IdentifierType, u128) {
        let mut beginning = [0; 16];
        let length = self.value.len().min(beginning.len());
        beginning[..length].copy_from_slice(&self.value.as_bytes()[..length]);
        (self.kind, u128::from_be_bytes(beginning))
    }
}

/// The longest identifier that is accepted, in bytes.
pub const IDENTIFIER_BYTES_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// Empty, or one of the values that systems write for "nobody" (`0`, `-1`, `null`, `anonymous`, …).
    Blocked,
    TooLong,
    /// Not the form that the type needs, such as a mail address without `@`.
    Malformed,
}

impl Identifier {
    /// Brings the text to the normal form of its type.
    pub fn normalise(kind: IdentifierType, text: &str) -> Result<Self, IdentifierError> {
        Self::normalise_in(PhoneRegion::default(), kind, text)
    }

    /// The same where the column says of which region its phone numbers are.
    pub fn normalise_in(region: PhoneRegion, kind: IdentifierType, text: &str) -> Result<Self, IdentifierError> {
        let trimmed = text.trim();
        if is_blocked(trimmed) {
            return Err(IdentifierError::Blocked);
        }
        if trimmed.len() > IDENTIFIER_BYTES_MAX {
            return Err(IdentifierError::TooLong);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(IdentifierError::Malformed);
        }
        let value = match kind {
            IdentifierType::Email => normal_email(trimmed)?,
            IdentifierType::Phone => normal_phone(trimmed, region)?,
            IdentifierType::CustomerId => whole_number(trimmed).to_owned(),
            // Advertising ids are hexadecimal, and systems differ in how they write it.
            IdentifierType::AndroidIdfa | IdentifierType::IosIdfa => trimmed.to_lowercase(),
            IdentifierType::MemberNo
            | IdentifierType::OtherId
            | IdentifierType::UserId
            | IdentifierType::AnonymousId
            | IdentifierType::UnionId
            | IdentifierType::OpenId
            | IdentifierType::AndroidId
            | IdentifierType::AndroidPushToken
            | IdentifierType::GaClientId
            | IdentifierType::IosId
            | IdentifierType::IosPushToken => trimmed.to_owned(),
        };
        Ok(Self { kind, value })
    }
}

/// Spreadsheets turn the number 17850 into `17850.0`; both mean the same customer.
fn whole_number(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => text,
    }
}

fn is_blocked(text: &str) -> bool {
    const WORDS: &[&str] =
        &["-1", "null", "none", "nan", "n/a", "na", "undefined", "anonymous", "guest", "unknown", "#n/a"];
    text.bytes().all(|byte| byte == b'0' || byte == b'-') || WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn normal_email(text: &str) -> Result<String, IdentifierError> {
    let lower = text.to_lowercase();
    let (name, host) = lower.rsplit_once('@').ok_or(IdentifierError::Malformed)?;
    let well_formed = !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !lower.contains(char::is_whitespace);
    if well_formed { Ok(lower) } else { Err(IdentifierError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_come_to_their_normal_form() {
        let cases = [
            (IdentifierType::Phone, "138 1234 5678", "+8613812345678"),
            (IdentifierType::Phone, "+86-138-1234-5678", "+8613812345678"),
            (IdentifierType::Phone, "0044 20 7946 0000", "+442079460000"),
            (IdentifierType::Phone, "020 7946 0000", "02079460000"),
            (IdentifierType::Email, " Ann@Example.COM ", "ann@example.com"),
            (IdentifierType::CustomerId, "17850.0", "17850"),
            (IdentifierType::CustomerId, "A-17", "A-17"),
        ];
        for (kind, text, value) in cases {
            assert_eq!(
                Identifier::normalise(kind, text).map(|identifier| identifier.value).as_deref(),
                Ok(value),
                "{text}"
            );
        }
    }

    #[test]
    fn identifiers_that_differ_in_their_beginning_are_in_its_order() {
        let values =
            ["", "a", "a\0", "a\0b", "b", "+8613812345678", "一二三四五六", "0123456789abcdef", "0123456789abcdefg"];
        let kinds = [IdentifierType::CustomerId, IdentifierType::Phone, IdentifierType::Email];
        let all = kinds.iter().flat_map(|kind| values.map(|value| Identifier { kind: *kind, value: value.to_owned() }));
        let all: Vec<Identifier> = all.collect();
        for (left, right) in all.iter().flat_map(|left| all.iter().map(move |right| (left, right))) {
            let by_beginning = left.beginning().cmp(&right.beginning());
            assert!(by_beginning.is_eq() || by_beginning == left.cmp(right), "{left:?} {right:?}");
        }
    }

    #[test]
    fn nobodies_and_malformed_values_are_refused() {
        for text in ["", "0", "000-00", "-1", "NULL", "anonymous", "NaN"] {
            assert_eq!(
                Identifier::normalise(IdentifierType::CustomerId, text),
                Err(IdentifierError::Blocked),
                "{text}"
            );
        }
        for text in ["ann", "ann@", "@b.c", "a b@c.d"] {
            assert_eq!(Identifier::normalise(IdentifierType::Email, text), Err(IdentifierError::Malformed), "{text}");
        }
        let long = "x".repeat(IDENTIFIER_BYTES_MAX + 1);
        assert_eq!(Identifier::normalise(IdentifierType::OtherId, &long), Err(IdentifierError::TooLong));
    }
}
