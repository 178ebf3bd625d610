//! Consent: what somebody decided about a purpose, and which of several decisions holds.
//!
//! The stated rule, for each purpose and channel: the newest decision holds, of one instant the stricter; a grant that
//! was merely reported (as the state of a device that goes with every message) never lifts a denial or a revocation that
//! was spoken. It is the same for one profile and for the profiles of a merged customer, whose decisions are taken
//! together. Nothing depends on the order of arrival.

use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// They sort by strictness, the least strict first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Granted,
    /// Asked, and said no.
    Denied,
    /// Taken back.
    Revoked,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Granted, Self::Denied, Self::Revoked];

    pub fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Revoked => "revoked",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }
}

/// Names of purposes and channels, in bytes.
pub const CODE_BYTES_MAX: usize = 64;
/// Of a version of a text, in bytes.
pub const VERSION_BYTES_MAX: usize = 64;
/// Decisions that one message can tell of.
pub const WORDS_MAX: usize = 32;

/// A purpose or a channel by its name: `marketing`, `wechat.profile`, `C0002`.
pub fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

/// A decision as a message tells it. Stored with facts: later versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentWord {
    #[serde(rename = "p")]
    pub purpose: String,
    /// Empty: all channels.
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    #[serde(rename = "d")]
    pub decision: Decision,
    /// Of the text that the person saw.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub text_version: Option<String>,
    /// Somebody decided just then; otherwise a device reports what it knows.
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_explicit: bool,
}

impl ConsentWord {
    pub fn gives(&self) -> bool {
        self.decision == Decision::Granted && self.is_explicit
    }
}

/// A decision of some profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub decision: Decision,
    pub is_explicit: bool,
    pub at: Instant,
}

/// The place of the decision that holds; none where there is none. All are of one purpose, and of one channel or of all.
pub fn holding(decided: &[Decided]) -> Option<usize> {
    let newest = |explicit: bool| {
        let own = decided.iter().enumerate().filter(move |(_, one)| one.is_explicit == explicit);
        own.max_by_key(|(_, one)| (one.at, one.decision))
    };
    match (newest(true), newest(false)) {
        (Some((place, spoken)), Some((other, reported))) => {
            let lifts = spoken.decision > Decision::Granted && reported.decision == Decision::Granted;
            let is_newer = (reported.at, reported.decision) > (spoken.at, spoken.decision);
            Some(if is_newer && !lifts { other } else { place })
        }
        (Some((place, _)), None) | (None, Some((place, _))) => Some(place),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Denied, Granted, Revoked};

    fn spoken(decision: Decision, at: i64) -> Decided {
        Decided { decision, is_explicit: true, at: Instant(at) }
    }

    fn reported(decision: Decision, at: i64) -> Decided {
        Decided { decision, is_explicit: false, at: Instant(at) }
    }

    #[test]
    fn the_newest_holds_and_of_one_instant_the_stricter() {
        assert_eq!(holding(&[]), None);
        assert_eq!(holding(&[spoken(Granted, 5), spoken(Revoked, 3)]), Some(0));
        assert_eq!(holding(&[spoken(Granted, 5), spoken(Denied, 5), spoken(Revoked, 5)]), Some(2));
        assert_eq!(holding(&[spoken(Revoked, 3), spoken(Granted, 9), spoken(Denied, 4)]), Some(1));
    }

    #[test]
    fn what_a_device_reports_never_lifts_what_was_spoken() {
        assert_eq!(holding(&[spoken(Revoked, 3), reported(Granted, 9)]), Some(0));
        assert_eq!(holding(&[spoken(Denied, 3), reported(Granted, 9), reported(Denied, 5)]), Some(0));
        assert_eq!(holding(&[spoken(Granted, 3), reported(Denied, 9)]), Some(1), "a denial counts however it comes");
        assert_eq!(holding(&[reported(Denied, 3), reported(Granted, 9)]), Some(1));
        assert_eq!(holding(&[spoken(Revoked, 3), reported(Granted, 9), spoken(Granted, 10)]), Some(2));
    }

    /// So that the decisions of merged profiles are what they would be had all been told of one.
    #[test]
    fn the_order_of_arrival_plays_no_part() {
        let all =
            [spoken(Granted, 1), reported(Denied, 1), spoken(Denied, 2), reported(Granted, 3), reported(Denied, 2)];
        let of = |decided: &[Decided]| holding(decided).map(|place| decided[place]);
        let mut turned = all.to_vec();
        for _ in 0..all.len() {
            turned.rotate_left(1);
            assert_eq!(of(&turned), of(&all));
            turned.reverse();
            assert_eq!(of(&turned), of(&all));
            turned.reverse();
        }
    }

    #[test]
    fn a_code_is_short_and_plain() {
        for code in ["marketing", "wechat.profile", "C0002", "a-b_c"] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "a b", "营销", "a/b", &"x".repeat(CODE_BYTES_MAX + 1)] {
            assert!(!is_code(text), "{text}");
        }
    }
}
