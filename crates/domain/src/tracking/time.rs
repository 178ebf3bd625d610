//! When something happened, given two clocks of which one may be wrong.
//!
//! The sender says when it happened and when it sent; both by its own clock, so that their difference is right even
//! where the clock is not. That difference before the time of arrival is when it happened.

use crate::time::{Instant, MICROS_PER_DAY};

/// A time further ahead than this is replaced by the time of arrival.
pub const CLOCK_AHEAD_MAX_MICROS: i64 = MICROS_PER_DAY;

/// The time of the fact, and whether the sender's word had to be replaced.
pub fn corrected(received_at: Instant, sent_at: Option<Instant>, original_at: Option<Instant>) -> (Instant, bool) {
    let (Some(sent), Some(original)) = (sent_at, original_at) else { return (received_at, false) };
    let at = received_at.0.saturating_sub(sent.0.saturating_sub(original.0));
    let latest = received_at.0.saturating_add(CLOCK_AHEAD_MAX_MICROS);
    if (0..=latest).contains(&at) { (Instant(at), false) } else { (received_at, true) }
}

/// RFC 3339, also without a zone (then UTC), or seconds or milliseconds since 1970; `None` for anything else.
pub fn parse(text: &str) -> Option<Instant> {
    let text = text.trim();
    if text.len() > 40 {
        return None;
    }
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        // Ten digits are seconds until the year 2286.
        let micros = if text.len() <= 11 { number.checked_mul(1_000_000)? } else { number.checked_mul(1_000)? };
        return (text.len() <= 14).then_some(Instant(micros));
    }
    Instant::parse_rfc3339(text).or_else(|| Instant::parse_rfc3339(&format!("{text}Z")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_clock_that_is_an_hour_behind_does_not_matter() {
        let received = at("2026-11-21T08:00:10Z");
        let (happened, replaced) =
            corrected(received, Some(at("2026-11-21T07:00:05Z")), Some(at("2026-11-21T07:00:00Z")));
        assert_eq!((happened, replaced), (at("2026-11-21T08:00:05Z"), false));
    }

    #[test]
    fn without_both_times_the_arrival_counts() {
        let received = at("2026-11-21T08:00:10Z");
        let other = Some(at("2020-01-01T00:00:00Z"));
        for (sent, original) in [(None, None), (other, None), (None, other)] {
            assert_eq!(corrected(received, sent, original), (received, false));
        }
    }

    #[test]
    fn the_far_future_and_the_time_before_1970_are_replaced() {
        let received = at("2026-11-21T08:00:00Z");
        let sent = Some(received);
        assert_eq!(corrected(received, sent, Some(at("2026-11-22T08:00:00Z"))).0, at("2026-11-22T08:00:00Z"));
        for original in [at("2026-11-22T08:00:01Z"), at("1969-12-31T23:59:59Z"), Instant(i64::MIN), Instant(i64::MAX)] {
            assert_eq!(corrected(received, sent, Some(original)), (received, true), "{}", original.rfc3339());
        }
        assert_eq!(corrected(received, Some(Instant(i64::MIN)), Some(Instant(i64::MAX))), (received, true));
        assert_eq!(corrected(received, sent, Some(at("2015-02-03T00:00:00Z"))).0, at("2015-02-03T00:00:00Z"));
    }

    #[test]
    fn times_are_read_in_the_forms_that_are_sent() {
        let expected = Some(at("2026-11-21T08:00:00Z"));
        for text in [
            "2026-11-21T08:00:00Z",
            "2026-11-21T08:00:00.000Z",
            "2026-11-21T16:00:00+08:00",
            "2026-11-21T08:00:00",
            "2026-11-21 08:00:00.000000",
            " 2026-11-21T08:00:00.000000+00:00 ",
            "1795248000",
            "1795248000000",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        for text in ["", "yesterday", "20261121", "99999999999999999", "2026-13-01T00:00:00Z", "T", "-1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
