//! Receipts with a code: an order that a till told of nobody, and which whoever holds the paper may make their own.
//!
//! Invariants: a token cannot be guessed and stands on the paper only; a receipt is open for a stated time, ends with that
//! time or with the first who claims it, and never opens again.

use crate::code::{characters, plain};
use crate::time::{Instant, MICROS_PER_HOUR};
use serde::{Deserialize, Serialize};

/// What the fact of a page that was opened, and of a receipt that became somebody's, is called.
pub const RECEIPT_SCANNED_EVENT: &str = "Receipt Scanned";
pub const RECEIPT_CLAIMED_EVENT: &str = "Receipt Claimed";

/// Characters of a token: 120 random bits.
pub const TOKEN_CHARACTERS: usize = 24;
pub const VALID_HOURS_USUAL: u32 = 24;
/// Thirty days.
pub const VALID_HOURS_MAX: u32 = 720;
/// How far the clock of a till may be ahead: an order of so little later counts as one of now.
pub const SKEW_SECONDS_MAX: i64 = 600;
/// What the page may ask somebody to agree to.
pub const CONSENTS_MAX: usize = 10;

pub fn token_of(random: &[u8; TOKEN_CHARACTERS]) -> String {
    characters(random)
}

/// The token that a text is, however it was typed.
pub fn parse_token(text: &str) -> Option<String> {
    if text.len() > 2 * TOKEN_CHARACTERS {
        return None;
    }
    plain(text).filter(|token| token.len() == TOKEN_CHARACTERS)
}

/// What the page asks somebody to agree to: a purpose of the register, and the version of its text in each language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptConsent {
    pub purpose: String,
    pub text_zh: String,
    pub text_en: String,
}

/// What a brand says of all receipts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSettings {
    /// How long a receipt is open where its till says nothing else.
    pub valid_hours: u32,
    #[serde(default)]
    pub consents: Vec<ReceiptConsent>,
}

impl Default for ReceiptSettings {
    fn default() -> Self {
        Self { valid_hours: VALID_HOURS_USUAL, consents: Vec::new() }
    }
}

pub fn is_valid_hours(hours: u32) -> bool {
    (1..=VALID_HOURS_MAX).contains(&hours)
}

pub fn expires_at(from: Instant, valid_hours: u32) -> Instant {
    Instant(from.0.saturating_add(i64::from(valid_hours) * MICROS_PER_HOUR))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReceiptState {
    Open,
    Claimed,
    Expired,
}

impl ReceiptState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Claimed, Self::Expired];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Expired => "expired",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// At its last instant it is not open any more.
    pub fn of(claimed_at: Option<Instant>, expires_at: Instant, now: Instant) -> Self {
        match claimed_at {
            Some(_) => Self::Claimed,
            None if now < expires_at => Self::Open,
            None => Self::Expired,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_however_it_is_typed_and_nothing_else_is_one() {
        let token = token_of(&[31; TOKEN_CHARACTERS]);
        assert_eq!((token.len(), parse_token(&token.to_lowercase())), (TOKEN_CHARACTERS, Some(token.clone())));
        for text in ["", "ABC", &token[1..], &token.repeat(2), &"-".repeat(100), "码码码码码码码码"] {
            assert_eq!(parse_token(text), None, "{text}");
        }
    }

    #[test]
    fn a_receipt_is_open_before_its_end_and_claimed_for_ever() {
        let end = expires_at(Instant(0), VALID_HOURS_USUAL);
        assert_eq!(end, Instant(24 * MICROS_PER_HOUR));
        assert_eq!(ReceiptState::of(None, end, Instant(end.0 - 1)), ReceiptState::Open);
        assert_eq!(ReceiptState::of(None, end, end), ReceiptState::Expired);
        assert_eq!(ReceiptState::of(Some(Instant(1)), end, Instant(end.0 + 1)), ReceiptState::Claimed);
        assert!(is_valid_hours(1) && is_valid_hours(720) && !is_valid_hours(0) && !is_valid_hours(721));
        for state in ReceiptState::ALL {
            assert_eq!(ReceiptState::parse(state.code()), Some(state));
        }
    }
}
