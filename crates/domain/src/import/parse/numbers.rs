//! Decimal cells to scaled integers.
//!
//! Invariants: the same results as [`crate::money::parse_decimal`], which reads whatever the fast path
//! (`-?digits[.digits]`) leaves; the decimal mark is decided for a column ([`MarkEvidence`]), never per cell.
//! Callers may rely on: products are exact; rounding is half away from zero, once.

use crate::money::{AMOUNT_MINOR_MAX, DecimalError, DecimalMark, parse_decimal_up_to};

/// Extra decimal places kept of unit prices, so that 0.0375 × 1000 is right to the cent.
pub const PRICE_EXTRA_PLACES: u8 = 4;
/// Quantities are thousandths: grams of kilograms, millilitres of litres.
pub const QUANTITY_PLACES: u8 = 3;
/// Floats of 64 bits have up to 17 digits; powers beyond this are no amounts.
const POWER_MAX: i32 = 40;
/// So many digits times ten to the seventh still fit 64 bits.
const FAST_DIGITS_MAX: usize = 11;
/// Places that two readings of one text are compared in.
const EVIDENCE_PLACES: u8 = 4;

/// Decimal text as an integer scaled by 10^`exponent`, at most [`AMOUNT_MINOR_MAX`].
pub fn parse_scaled(text: &str, exponent: u8, mark: DecimalMark) -> Result<i64, DecimalError> {
    parse_scaled_up_to(text, exponent, AMOUNT_MINOR_MAX, mark)
}

/// Whether the text is a number under one mark or the other.
pub fn is_number(text: &str) -> bool {
    MarkEvidence::default().observe(text)
}

/// A unit price with [`PRICE_EXTRA_PLACES`] more places than the currency has; the same limit as for an amount.
pub fn parse_price(text: &str, currency_exponent: u8, mark: DecimalMark) -> Result<i64, DecimalError> {
    let fine = 10i64.pow(u32::from(PRICE_EXTRA_PLACES));
    parse_scaled_up_to(text, currency_exponent + PRICE_EXTRA_PLACES, AMOUNT_MINOR_MAX.saturating_mul(fine), mark)
}

fn parse_scaled_up_to(text: &str, exponent: u8, max: i64, mark: DecimalMark) -> Result<i64, DecimalError> {
    let byte = match mark {
        DecimalMark::Point => b'.',
        DecimalMark::Comma => b',',
    };
    match fast(text.as_bytes(), exponent, byte) {
        Some(value) if value.abs() <= max => Ok(value),
        Some(_) => Err(DecimalError::TooLarge),
        None => match plain_text(text, byte) {
            Some(plain) => parse_decimal_up_to(&plain, exponent, max, DecimalMark::Point),
            None => parse_decimal_up_to(text, exponent, max, mark),
        },
    }
}

/// `4.44e-16`, as programs write floats near zero, with a point and without its exponent; `None` for all else.
fn plain_text(text: &str, mark: u8) -> Option<String> {
    let (mantissa, power) = text.split_once(['e', 'E'])?;
    let power: i32 = power.parse().ok().filter(|power: &i32| power.unsigned_abs() <= POWER_MAX.unsigned_abs())?;
    let (sign, body) = mantissa.strip_prefix('-').map_or(("", mantissa), |body| ("-", body));
    let (whole, fraction) = body.split_once(char::from(mark)).unwrap_or((body, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || digits.len() > POWER_MAX as usize || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Zeros on both sides leave room to move the point.
    let room = "0".repeat(POWER_MAX as usize);
    let padded = format!("{room}{digits}{room}");
    let point = (POWER_MAX + whole.len() as i32 + power) as usize;
    Some(format!("{sign}{}.{}", &padded[..point], &padded[point..]))
}

fn fast(bytes: &[u8], exponent: u8, mark: u8) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > FAST_DIGITS_MAX || !digits[0].is_ascii_digit() || exponent > 7 {
        return None;
    }
    let mut value: i64 = 0;
    let mut places_left = exponent;
    let mut after_point = false;
    let mut round_up = None;
    for byte in digits {
        match byte {
            b'0'..=b'9' if after_point && places_left == 0 => {
                round_up.get_or_insert(*byte >= b'5');
            }
            b'0'..=b'9' => {
                value = value * 10 + i64::from(byte - b'0');
                places_left -= u8::from(after_point);
            }
            byte if *byte == mark && !after_point => after_point = true,
            _ => return None,
        }
    }
    value = value * 10i64.pow(u32::from(places_left)) + i64::from(round_up == Some(true));
    Some(if negative { -value } else { value })
}

/// `quantity` in thousandths × `price` in 10^-(exponent + extra) → minor units; `None` = too large.
pub fn line_amount(quantity_milli: i64, price_fine: i64) -> Option<i64> {
    let divisor = 10i128.pow(u32::from(QUANTITY_PLACES + PRICE_EXTRA_PLACES));
    let amount = divide_rounding(i128::from(quantity_milli) * i128::from(price_fine), divisor);
    i64::try_from(amount).ok().filter(|amount| amount.abs() <= AMOUNT_MINOR_MAX)
}

/// A fine price to minor units.
pub fn price_minor(price_fine: i64) -> i64 {
    // A quotient of an i64 by ten thousand fits an i64.
    divide_rounding(i128::from(price_fine), 10i128.pow(u32::from(PRICE_EXTRA_PLACES))) as i64
}

/// Division that rounds half away from zero; the divisor is positive.
fn divide_rounding(value: i128, divisor: i128) -> i128 {
    let half = divisor / 2;
    if value >= 0 { (value + half) / divisor } else { (value - half) / divisor }
}

/// What the numbers of a column say about its decimal mark: fed with samples, asked once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkEvidence {
    /// Values that are numbers with a decimal point only, such as `12.50`, `0.500`, `1,234.5` and `1,234,567`.
    point: u32,
    /// Values that are numbers with a decimal comma only, such as `12,50`, `0,500`, `1.234,5` and `1.234.567`.
    comma: u32,
}

impl MarkEvidence {
    /// True for a number. One that is the same under both marks (`17`), or is one under each (`1,234`), is no
    /// evidence.
    pub fn observe(&mut self, text: &str) -> bool {
        let [point, comma] = DecimalMark::ALL.map(|mark| parse_scaled(text, EVIDENCE_PLACES, mark).is_ok());
        self.point += u32::from(point && !comma);
        self.comma += u32::from(comma && !point);
        point || comma
    }

    /// `None` where every value fits both. Where a column mixes both, the majority decides and the others become
    /// rejected rows.
    pub fn mark(&self) -> Option<DecimalMark> {
        match (self.point, self.comma) {
            (0, 0) => None,
            (point, comma) => Some(if comma > point { DecimalMark::Comma } else { DecimalMark::Point }),
        }
    }

    /// The evidence of several columns together: a program writes its numbers in one form.
    pub fn merge(self, other: Self) -> Self {
        Self { point: self.point.saturating_add(other.point), comma: self.comma.saturating_add(other.comma) }
    }
}
