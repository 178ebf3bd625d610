//! Decimal cells to scaled integers.
//!
//! Invariants: the same results as [`crate::money::parse_decimal`], which reads whatever the fast path
//! (`-?digits[.digits]`) leaves.
//! Callers may rely on: products are exact; rounding is half away from zero, once.

use crate::money::{AMOUNT_MINOR_MAX, DecimalError, parse_decimal_up_to};

/// Extra decimal places kept of unit prices, so that 0.0375 × 1000 is right to the cent.
pub const PRICE_EXTRA_PLACES: u8 = 4;
/// Quantities are thousandths: grams of kilograms, millilitres of litres.
pub const QUANTITY_PLACES: u8 = 3;
/// Floats of 64 bits have up to 17 digits; powers beyond this are no amounts.
const POWER_MAX: i32 = 40;
/// So many digits times ten to the seventh still fit 64 bits.
const FAST_DIGITS_MAX: usize = 11;

/// Decimal text as an integer scaled by 10^`exponent`, at most [`AMOUNT_MINOR_MAX`].
pub fn parse_scaled(text: &str, exponent: u8) -> Result<i64, DecimalError> {
    parse_scaled_up_to(text, exponent, AMOUNT_MINOR_MAX)
}

/// A unit price with [`PRICE_EXTRA_PLACES`] more places than the currency has; the same limit as for an amount.
pub fn parse_price(text: &str, currency_exponent: u8) -> Result<i64, DecimalError> {
    let fine = 10i64.pow(u32::from(PRICE_EXTRA_PLACES));
    parse_scaled_up_to(text, currency_exponent + PRICE_EXTRA_PLACES, AMOUNT_MINOR_MAX.saturating_mul(fine))
}

fn parse_scaled_up_to(text: &str, exponent: u8, max: i64) -> Result<i64, DecimalError> {
    match fast(text.as_bytes(), exponent) {
        Some(value) if value.abs() <= max => Ok(value),
        Some(_) => Err(DecimalError::TooLarge),
        None => match plain_text(text) {
            Some(plain) => parse_decimal_up_to(&plain, exponent, max),
            None => parse_decimal_up_to(text, exponent, max),
        },
    }
}

/// `4.44e-16`, as programs write floats near zero, without its exponent; `None` for all else.
fn plain_text(text: &str) -> Option<String> {
    let (mantissa, power) = text.split_once(['e', 'E'])?;
    let power: i32 = power.parse().ok().filter(|power: &i32| power.abs() <= POWER_MAX)?;
    let (sign, body) = mantissa.strip_prefix('-').map_or(("", mantissa), |body| ("-", body));
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
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

fn fast(bytes: &[u8], exponent: u8) -> Option<i64> {
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
            b'.' if !after_point => after_point = true,
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
