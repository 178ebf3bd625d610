//! Who is behind a fact: identifier types, their normal form, blocked values and the flat match.
//!
//! Invariants: the decision is pure and the same for files and live facts; an identifier belongs to one
//! customer at a time; where the identifiers of one fact point to several customers, the weaker ones are
//! left off and recorded, never silently moved.

use crate::ids::CustomerNumber;
use crate::phone::{PhoneRegion, normal_phone};
use serde::{Deserialize, Serialize};

/// Identifier types in order of strength, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierType {
    /// The shop's own customer number.
    CustomerId,
    MemberNo,
    Phone,
    Email,
    /// Any other key that the shop uses beside its own number.
    OtherId,
}

impl IdentifierType {
    pub const ALL: [Self; 5] = [Self::CustomerId, Self::MemberNo, Self::Phone, Self::Email, Self::OtherId];

    pub fn code(self) -> &'static str {
        match self {
            Self::CustomerId => "customer_id",
            Self::MemberNo => "member_no",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::OtherId => "other_id",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One identifier in its normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    #[serde(rename = "type")]
    pub kind: IdentifierType,
    pub value: String,
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
            IdentifierType::MemberNo | IdentifierType::OtherId => trimmed.to_owned(),
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

/// What to do with the identifiers of one fact, given whom each of them belongs to today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// None is known: a new customer gets all of them.
    Create,
    /// The strongest known one decides; `attach` are places of unknown identifiers that join this
    /// customer, `conflicts` are places of weaker ones that belong to somebody else.
    Existing { customer: CustomerNumber, attach: Vec<usize>, conflicts: Vec<usize> },
}

/// Flat matching: `owners[i]` is the customer that identifier `i` belongs to; identifiers come sorted,
/// the strongest first.
pub fn decide(owners: &[Option<CustomerNumber>]) -> Match {
    let Some(customer) = owners.iter().flatten().copied().next() else {
        return Match::Create;
    };
    let mut attach = Vec::new();
    let mut conflicts = Vec::new();
    for (place, owner) in owners.iter().enumerate() {
        match owner {
            None => attach.push(place),
            Some(other) if *other != customer => conflicts.push(place),
            Some(_) => {}
        }
    }
    Match::Existing { customer, attach, conflicts }
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

    #[test]
    fn the_strongest_known_identifier_decides_and_the_others_are_conflicts() {
        let (a, b) = (Some(CustomerNumber(1)), Some(CustomerNumber(2)));
        assert_eq!(decide(&[None, None]), Match::Create);
        assert_eq!(
            decide(&[None, a]),
            Match::Existing { customer: CustomerNumber(1), attach: vec![0], conflicts: vec![] }
        );
        assert_eq!(
            decide(&[a, b, None]),
            Match::Existing { customer: CustomerNumber(1), attach: vec![2], conflicts: vec![1] }
        );
    }
}
