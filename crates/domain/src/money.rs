//! Money as integers of the currency's smallest unit, and how decimal text becomes that.
//!
//! Invariants: an amount never passes through a float; more decimal places than the currency has are
//! rounded half away from zero, and only where the place that reads them says that this is allowed.

use serde::{Deserialize, Serialize};

/// ISO 4217 code and the number of decimal places of its minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// Currencies whose minor unit is not a hundredth (ISO 4217, 2026).
const OTHER_EXPONENTS: &[(&str, u8)] = &[
    ("BHD", 3),
    ("CLP", 0),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

impl Currency {
    /// ISO 4217 "no currency": for facts of a file without any amount.
    pub const NONE: Self = Self { code: *b"XXX", exponent: 2 };

    /// Three Latin letters in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let code: [u8; 3] = upper.as_bytes().try_into().ok()?;
        if !code.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let exponent = OTHER_EXPONENTS.iter().find(|(other, _)| *other == upper).map_or(2, |(_, exponent)| *exponent);
        Some(Self { code, exponent })
    }

    pub fn code(&self) -> &str {
        // The constructor admits ASCII capitals only.
        std::str::from_utf8(&self.code).unwrap_or("XXX")
    }

    /// Decimal places of the minor unit.
    pub fn exponent(self) -> u8 {
        self.exponent
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a currency is three Latin letters, such as CNY"))
    }
}

/// The largest amount that is accepted from outside, in minor units: ten billion of a currency with cents, and less
/// than a number of 13 digits, so that a column of bar codes is not taken for money. Nine million of them fit
/// 64 bits; beyond that sums saturate.
pub const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not a decimal number (also NaN, infinities, hexadecimal, exponents).
    NotANumber,
    /// Larger than [`AMOUNT_MINOR_MAX`] in either direction.
    TooLarge,
}

/// Reads decimal text into an integer scaled by 10^`exponent`, rounding half away from zero.
///
/// Accepts a sign or accounting parentheses, currency signs around the number, thousands groups by
/// comma, space, apostrophe or full-width comma, and a decimal point; a single comma followed by one,
/// two or more than three digits (and no point) is read as the decimal sign.
pub fn parse_decimal(text: &str, exponent: u8) -> Result<i64, DecimalError> {
    parse_decimal_up_to(text, exponent, AMOUNT_MINOR_MAX)
}

/// The same with a limit of its own, for numbers of more places than an amount: at most a tenth of what 64 bits hold.
pub(crate) fn parse_decimal_up_to(text: &str, exponent: u8, max: i64) -> Result<i64, DecimalError> {
    let mut negative = false;
    let mut body = text.trim();
    if let Some(inner) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        negative = true;
        body = inner.trim();
    }
    body = strip_currency_signs(body);
    if let Some(rest) = body.strip_prefix(['-', '\u{2212}']) {
        negative = !negative;
        body = strip_currency_signs(rest);
    } else if let Some(rest) = body.strip_prefix('+') {
        body = strip_currency_signs(rest);
    }
    let (whole, fraction) = split_decimal(body)?;
    let magnitude = scale(&whole, fraction, exponent, max.min(i64::MAX / 10 - 1))?;
    Ok(if negative { -magnitude } else { magnitude })
}

fn strip_currency_signs(text: &str) -> &str {
    const SIGNS: &[char] = &['¥', '\u{ffe5}', '$', '£', '€', '₩', '₹', '元', ' ', '\u{a0}'];
    text.trim_matches(SIGNS)
}

fn split_decimal(text: &str) -> Result<(String, &str), DecimalError> {
    let commas = text.matches([',', '\u{ff0c}']).count();
    let points = text.matches('.').count();
    let last_comma_is_decimal = commas == 1
        && points == 0
        && text.rsplit([',', '\u{ff0c}']).next().is_some_and(|tail| tail.len() != 3 && !tail.is_empty());
    let mark = if last_comma_is_decimal {
        text.rfind([',', '\u{ff0c}'])
    } else if points == 1 {
        text.find('.')
    } else if points == 0 {
        None
    } else {
        return Err(DecimalError::NotANumber);
    };
    let (whole, fraction) = match mark {
        Some(place) => {
            let width = text[place..].chars().next().map_or(1, char::len_utf8);
            (&text[..place], &text[place + width..])
        }
        None => (text, ""),
    };
    let digits: String =
        whole.chars().filter(|letter| !matches!(letter, ',' | '\u{ff0c}' | ' ' | '\'' | '\u{a0}' | '’')).collect();
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (digits.is_empty() && fraction.is_empty()) || !all_digits(&digits) || !all_digits(fraction) {
        return Err(DecimalError::NotANumber);
    }
    Ok((digits, fraction))
}

fn scale(whole: &str, fraction: &str, exponent: u8, max: i64) -> Result<i64, DecimalError> {
    let mut value: i64 = 0;
    let places = usize::from(exponent);
    let kept = whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(places));
    for digit in kept {
        value = value * 10 + i64::from(digit - b'0');
        if value > max {
            return Err(DecimalError::TooLarge);
        }
    }
    let round_up = fraction.as_bytes().get(places).is_some_and(|digit| *digit >= b'5');
    Ok(value + i64::from(round_up))
}

/// An amount in minor units as plain decimal text with a point, no grouping: for files and logs.
pub fn format_decimal(minor: i64, exponent: u8) -> String {
    if exponent == 0 {
        return minor.to_string();
    }
    let scale = 10u64.pow(u32::from(exponent));
    let magnitude = minor.unsigned_abs();
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", magnitude / scale, magnitude % scale, width = usize::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_becomes_minor_units() {
        let cases = [
            ("2.55", 255),
            ("0", 0),
            ("-1.5", -150),
            ("1,234.50", 123_450),
            ("¥1,234", 123_400),
            ("12,5", 1_250),
            ("(3.00)", -300),
            ("1 234,56", 123_456),
            (".5", 50),
            ("5.", 500),
            ("0.005", 1),
            ("-0.005", -1),
            ("£-2", -200),
            ("1,234", 123_400),
            ("1'000.10", 100_010),
        ];
        for (text, minor) in cases {
            assert_eq!(parse_decimal(text, 2), Ok(minor), "{text}");
        }
        assert_eq!(parse_decimal("1234", 0), Ok(1234));
        assert_eq!(parse_decimal("1.2345", 3), Ok(1235));
    }

    #[test]
    fn nonsense_is_not_a_number_and_forty_digits_are_too_large() {
        for text in ["", "NaN", "inf", "1e5", "0x10", "--1", "1.2.3", "abc", "1;2", "-", "."] {
            assert_eq!(parse_decimal(text, 2), Err(DecimalError::NotANumber), "{text}");
        }
        assert_eq!(parse_decimal(&"9".repeat(40), 2), Err(DecimalError::TooLarge));
    }

    #[test]
    fn formatting_and_parsing_are_inverse() {
        for minor in [0, 1, -1, 99, 100, -12_345, AMOUNT_MINOR_MAX] {
            assert_eq!(parse_decimal(&format_decimal(minor, 2), 2), Ok(minor));
        }
        assert_eq!(format_decimal(-5, 2), "-0.05");
    }
}
