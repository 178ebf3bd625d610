//! Clerks: what signing people up earns them, and when that is taken back. Amounts are integers of the smallest unit.
//!
//! A rule never changes; one that is ended earns nothing any more and still takes back what it gave.

use crate::time::{Instant, MICROS_PER_DAY};

/// What a signed-up person's message is called.
pub const SIGN_UP_EVENT: &str = "Signed Up";
pub const DAYS_MAX: i64 = 365;
pub const AMOUNT_MINOR_MAX: i64 = 100_000_000;
/// Letters and digits of a clerk's code that nobody mistakes for one another.
pub const CODE_ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
pub const CODE_LENGTH: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// For each person signed up; taken back where the rule's event comes within its days.
    SignUp,
    /// For the first order within the rule's days after the sign-up; taken back where nothing of the order is left.
    FirstOrder,
}

impl RuleKind {
    pub const ALL: [Self; 2] = [Self::SignUp, Self::FirstOrder];

    pub fn code(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::FirstOrder => "first_order",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Whether something at `at` is within so many days after `start`, the first instant of the last day's end left out.
pub fn is_within(start: Instant, at: Instant, days: i64) -> bool {
    at >= start && at.0 - start.0 < days.saturating_mul(MICROS_PER_DAY)
}

/// A code of these random bytes.
pub fn code_of(bytes: [u8; CODE_LENGTH]) -> String {
    // 256 is no multiple of 31: a few letters come a little more often, which does not matter for a name.
    bytes.iter().map(|byte| char::from(CODE_ALPHABET[usize::from(*byte) % CODE_ALPHABET.len()])).collect()
}

/// A code as it was made, from what stands in a link. `None` where it cannot be one.
pub fn parse_code(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    let is_code = code.len() == CODE_LENGTH && code.bytes().all(|byte| CODE_ALPHABET.contains(&byte));
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_end_when_the_eighth_begins() {
        let start = Instant(5);
        let after = |days: i64, micros: i64| Instant(5 + days * MICROS_PER_DAY + micros);
        assert!(is_within(start, start, 7) && is_within(start, after(7, -1), 7));
        assert!(!is_within(start, after(7, 0), 7) && !is_within(start, Instant(4), 7));
    }

    #[test]
    fn a_code_has_letters_that_are_not_mistaken() {
        let code = code_of([0, 30, 31, 255, 7, 8, 9, 10]);
        assert!(code.starts_with("2Z2"), "{code}");
        assert_eq!(code.len(), CODE_LENGTH);
        assert!(!code.contains(['0', 'O', '1', 'I', 'L']));
        assert_eq!(parse_code(&code.to_lowercase()), Some(code));
        for wrong in ["", "2Z2", "2Z2Z2Z2Z2", "2Z2O2222", "ÄÄÄÄ"] {
            assert_eq!(parse_code(wrong), None, "{wrong}");
        }
    }
}
