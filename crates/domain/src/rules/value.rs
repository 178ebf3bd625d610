//! What rules compare: texts, numbers, amounts, yes and no, days and instants.
//!
//! Invariants: no float takes part. A [`Number`] is a whole number of millionths in 64 bits, so that an index keeps it in a
//! column and a plan as a decimal; an amount is a whole number of minor units. Values of two types are never equal and
//! have no order, nor have amounts of two currencies.

use crate::money::{Currency, DecimalMark, format_decimal, parse_decimal_up_to};
use crate::time::{Day, Instant};
use std::cmp::Ordering;
use std::fmt;

/// Decimal places of a [`Number`].
pub const NUMBER_PLACES: u8 = 6;
/// Millionths in one.
pub const ONE: i64 = 1_000_000;
/// The largest number in millionths: a hundred billion. What a customer or a fact has beyond it is no number to a rule.
pub const NUMBER_MAX: i64 = 100_000_000_000 * ONE;
/// Digits of a number that stands in a rule: so many survive every reader of JSON.
pub const NUMBER_DIGITS_MAX: usize = 15;

/// Where capitals and small letters are the same: each character by itself, whatever stands beside it, so that a piece of a
/// text is found in it.
pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Plain decimal text with a point, without grouping: `-12.5`.
pub(super) fn is_plain_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.starts_with(|letter: char| letter.is_ascii_digit())
        && !digits.ends_with('.')
}

/// A number in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub i64);

impl Number {
    pub fn whole(number: i64) -> Self {
        Self(number.saturating_mul(ONE).clamp(-NUMBER_MAX, NUMBER_MAX))
    }

    /// From plain decimal text with a point, without grouping. More than six places are rounded half away from zero:
    /// what is compared has the places of what it is compared with.
    pub fn parse(text: &str) -> Option<Self> {
        if !is_plain_decimal(text) {
            return None;
        }
        parse_decimal_up_to(text, NUMBER_PLACES, NUMBER_MAX, DecimalMark::Point).ok().map(Self)
    }

    /// From a JSON number; exact up to [`NUMBER_DIGITS_MAX`] digits. `None` beyond the largest, and for more decimals than
    /// there are places.
    pub fn from_json(number: &serde_json::Number) -> Option<Self> {
        match number.as_i64() {
            Some(whole) => whole.checked_mul(ONE).filter(|units| units.abs() <= NUMBER_MAX).map(Self),
            // The shortest text that names the float is the one that was sent; Rust never writes an exponent here.
            None => {
                let text = number.as_f64()?.to_string();
                let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                Self::parse(&text).filter(|_| decimals <= usize::from(NUMBER_PLACES))
            }
        }
    }

    /// Digits that it takes to write it.
    pub fn digits(self) -> usize {
        self.to_string().bytes().filter(u8::is_ascii_digit).count()
    }

    /// `60%`.
    pub fn percent(self) -> String {
        format!("{}%", Self(self.0.saturating_mul(100)))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format_decimal(self.0, NUMBER_PLACES);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// An amount in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", format_decimal(self.minor, self.currency.exponent()), self.currency.code())
    }
}

/// The types of what rules compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    Text,
    Number,
    Money,
    Boolean,
    /// A day of the workspace's calendar.
    Day,
    Instant,
}

impl Type {
    pub const ALL: [Self; 6] = [Self::Text, Self::Number, Self::Money, Self::Boolean, Self::Day, Self::Instant];

    /// With its article, as errors say it.
    pub fn named(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Money => "an amount of money",
            Self::Boolean => "true or false",
            Self::Day => "a day",
            Self::Instant => "an instant",
        }
    }

    /// Whether one is larger than another.
    pub fn has_order(self) -> bool {
        matches!(self, Self::Number | Self::Money | Self::Day | Self::Instant)
    }

    /// Whether it can be added up.
    pub fn has_sum(self) -> bool {
        matches!(self, Self::Number | Self::Money)
    }

    pub fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Instant)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Text(String),
    Number(Number),
    Money(Money),
    Boolean(bool),
    Day(Day),
    Instant(Instant),
}

impl Value {
    pub fn kind(&self) -> Type {
        match self {
            Self::Text(_) => Type::Text,
            Self::Number(_) => Type::Number,
            Self::Money(_) => Type::Money,
            Self::Boolean(_) => Type::Boolean,
            Self::Day(_) => Type::Day,
            Self::Instant(_) => Type::Instant,
        }
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// `None` for two types, for two currencies and for what has no order.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Money(a), Self::Money(b)) if a.currency == b.currency => Some(a.minor.cmp(&b.minor)),
            (Self::Day(a), Self::Day(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The whole number behind what can be added up: millionths, or minor units.
    pub fn units(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number.0),
            Self::Money(money) => Some(money.minor),
            _ => None,
        }
    }
}

/// As the text form writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&super::text::quoted(text)),
            Self::Number(number) => number.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Boolean(yes) => yes.fmt(f),
            Self::Day(day) => f.write_str(&day.iso()),
            Self::Instant(at) => f.write_str(&at.rfc3339()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_without_a_float() {
        for (text, units, written) in [
            ("0", 0, "0"),
            ("12.5", 12_500_000, "12.5"),
            ("-0.000001", -1, "-0.000001"),
            ("10", 10_000_000, "10"),
            ("0.0000005", 1, "0.000001"),
            ("100000000000", NUMBER_MAX, "100000000000"),
        ] {
            assert_eq!(Number::parse(text), Some(Number(units)), "{text}");
            assert_eq!(Number(units).to_string(), written);
        }
        for text in ["", "-", ".5", "5.", "1,000", "1e5", "+1", "--1", "¥5", "100000000001", "1 000"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        assert_eq!(Number(600_000).percent(), "60%");
    }

    #[test]
    fn json_numbers_of_fifteen_digits_are_exact() {
        for text in ["0.000001", "123456789.123456", "-999999999.999999", "100000000000", "0.1"] {
            let number: serde_json::Number = serde_json::from_str(text).unwrap();
            assert_eq!(Number::from_json(&number), Number::parse(text), "{text}");
        }
        for text in ["0.0000001", "1.2345678", "1e40", "9223372036854775807", "18446744073709551615"] {
            let number: serde_json::Number = serde_json::from_str(text).unwrap();
            assert_eq!(Number::from_json(&number), None, "{text}");
        }
    }

    #[test]
    fn a_piece_is_found_whatever_stands_beside_it() {
        // By whole words the last letter of the first would be another one than that of the second.
        assert!(lower("ΟΔΟΣ").starts_with(&lower("ΟΔΟΣ")) && lower("ΟΔΟΣΑ").starts_with(&lower("ΟΔΟΣ")));
        assert_eq!(lower("Tea ÄÉ 金卡"), "tea äé 金卡");
    }

    #[test]
    fn amounts_of_two_currencies_have_no_order() {
        let amount = |code| Value::Money(Money { minor: 100, currency: Currency::parse(code).unwrap() });
        assert_eq!(amount("CNY").compare(&amount("CNY")), Some(Ordering::Equal));
        assert_eq!(amount("CNY").compare(&amount("EUR")), None);
        assert_eq!(amount("JPY").to_string(), "100 JPY");
        assert_eq!(amount("CNY").to_string(), "1.00 CNY");
    }
}
