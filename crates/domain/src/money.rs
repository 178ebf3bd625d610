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

/// Which mark parts the whole of a number from its decimals; the other one groups thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    #[default]
    Point,
    Comma,
}

impl DecimalMark {
    pub const ALL: [Self; 2] = [Self::Point, Self::Comma];

    pub fn code(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.code() == code)
    }

    pub fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    fn is(self, letter: char) -> bool {
        match self {
            Self::Point => letter == '.',
            Self::Comma => matches!(letter, ',' | '\u{ff0c}'),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not a decimal number (also NaN, infinities, hexadecimal, exponents).
    NotANumber,
    /// A number with the other decimal mark only, such as `12,5` where the point is the mark.
    OtherMark,
    /// Larger than [`AMOUNT_MINOR_MAX`] in either direction.
    TooLarge,
}

/// Reads decimal text into an integer scaled by 10^`exponent`, rounding half away from zero.
///
/// Accepts a sign or accounting parentheses, currency signs around the number, and thousands in groups by
/// space, apostrophe or the mark that is not the decimal one. Groups by that mark must be such: three digits
/// (two within an Indian number, 1,00,000), and no number begins with a group of zero. So `0,500` and `12,5`
/// are numbers where the comma is the decimal mark, and [`DecimalError::OtherMark`] where the point is; `1,234`
/// is a number under both, and only the caller knows which: the mark is decided for a column, not for a cell.
pub fn parse_decimal(text: &str, exponent: u8, mark: DecimalMark) -> Result<i64, DecimalError> {
    parse_decimal_up_to(text, exponent, AMOUNT_MINOR_MAX, mark)
}

/// The same with a limit of its own, for numbers of more places than an amount: at most a tenth of what 64 bits hold.
pub(crate) fn parse_decimal_up_to(text: &str, exponent: u8, max: i64, mark: DecimalMark) -> Result<i64, DecimalError> {
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
    let Some((whole, fraction)) = split_decimal(body, mark) else {
        let is_other = split_decimal(body, mark.other()).is_some();
        return Err(if is_other { DecimalError::OtherMark } else { DecimalError::NotANumber });
    };
    let magnitude = scale(&whole, fraction, exponent, max.min(i64::MAX / 10 - 1))?;
    Ok(if negative { -magnitude } else { magnitude })
}

fn strip_currency_signs(text: &str) -> &str {
    const SIGNS: &[char] = &['¥', '\u{ffe5}', '$', '£', '€', '₩', '₹', '元', ' ', '\u{a0}'];
    text.trim_matches(SIGNS)
}

/// The digits before the mark and those behind it.
fn split_decimal(text: &str, mark: DecimalMark) -> Option<(String, &str)> {
    let mut parts = text.split(|letter| mark.is(letter));
    let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !is_grouped(whole, mark.other()) || !all_digits(fraction) {
        return None;
    }
    let is_gap = |letter: char| {
        matches!(letter, ' ' | '\'' | '’' | '\u{a0}' | '\u{2009}' | '\u{202f}') || mark.other().is(letter)
    };
    let digits: String = whole.chars().filter(|letter| !is_gap(*letter)).collect();
    let is_number = all_digits(&digits) && !(digits.is_empty() && fraction.is_empty());
    is_number.then_some((digits, fraction))
}

/// Whether the marks within the whole of a number stand where those of thousands stand; also where there are none.
fn is_grouped(whole: &str, mark: DecimalMark) -> bool {
    const THOUSANDS: usize = 3;
    let groups: Vec<&str> = whole.split(|letter| mark.is(letter)).collect();
    let [first, between @ .., last] = groups.as_slice() else { return true };
    !first.is_empty()
        && first.len() <= THOUSANDS
        && !first.starts_with('0')
        && between.iter().all(|group| matches!(group.len(), 2 | THOUSANDS))
        && last.len() == THOUSANDS
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

    use DecimalMark::{Comma, Point};

    #[test]
    fn decimal_text_becomes_minor_units() {
        let cases = [
            (Point, "2.55", 255),
            (Point, "0", 0),
            (Point, "-1.5", -150),
            (Point, "1,234.50", 123_450),
            (Point, "¥1,234", 123_400),
            (Point, "(3.00)", -300),
            (Point, ".5", 50),
            (Point, "5.", 500),
            (Point, "0.005", 1),
            (Point, "-0.005", -1),
            (Point, "£-2", -200),
            (Point, "1,234", 123_400),
            (Point, "1'000.10", 100_010),
            (Point, "1,00,000.5", 10_000_050),
            (Point, "1，234，567", 123_456_700),
            (Comma, "12,5", 1_250),
            (Comma, "0,500", 50),
            (Comma, "1 234,56", 123_456),
            (Comma, "1\u{202f}234,56", 123_456),
            (Comma, "1.234,56 €", 123_456),
            (Comma, "1.234", 123_400),
            (Comma, "1,234", 123),
            (Comma, "-1.234.567,8", -123_456_780),
            (Comma, "17", 1_700),
            (Comma, ",5", 50),
        ];
        for (mark, text, minor) in cases {
            assert_eq!(parse_decimal(text, 2, mark), Ok(minor), "{text}");
        }
        assert_eq!(parse_decimal("1234", 0, Point), Ok(1234));
        assert_eq!(parse_decimal("1.2345", 3, Point), Ok(1235));
    }

    #[test]
    fn a_number_with_the_other_mark_is_no_number_of_this_one() {
        for (mark, text) in [
            (Point, "12,5"),
            (Point, "0,500"),
            (Point, "1234,567"),
            (Point, "1.234,50"),
            (Point, "1.234.567"),
            (Comma, "12.5"),
            (Comma, "0.500"),
            (Comma, "1,234.50"),
            (Comma, "1,234,567"),
        ] {
            assert_eq!(parse_decimal(text, 2, mark), Err(DecimalError::OtherMark), "{text}");
            assert!(parse_decimal(text, 2, mark.other()).is_ok(), "{text}");
        }
    }

    #[test]
    fn nonsense_is_not_a_number_and_forty_digits_are_too_large() {
        for text in ["", "NaN", "inf", "1e5", "0x10", "--1", "1.2.3", "abc", "1;2", "-", ".", "1,2,3.4", "1.,2"] {
            for mark in DecimalMark::ALL {
                assert_eq!(parse_decimal(text, 2, mark), Err(DecimalError::NotANumber), "{text}");
            }
        }
        assert_eq!(parse_decimal(&"9".repeat(40), 2, Point), Err(DecimalError::TooLarge));
    }

    #[test]
    fn formatting_and_parsing_are_inverse() {
        for minor in [0, 1, -1, 99, 100, -12_345, AMOUNT_MINOR_MAX] {
            let text = format_decimal(minor, 2);
            assert_eq!(parse_decimal(&text, 2, Point), Ok(minor));
            assert_eq!(parse_decimal(&text.replace('.', ","), 2, Comma), Ok(minor));
        }
        assert_eq!(format_decimal(-5, 2), "-0.05");
    }
}
