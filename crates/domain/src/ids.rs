//! Identifiers that Perennial gives.
//!
//! A customer has a dense 32-bit number per workspace, given at first sight and never reused. The
//! public id is that number in another dress, so that it is the same after a crash and a re-run, says
//! nothing about the person, and a mistyped one is refused instead of opening somebody else.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The dense number of a customer in this workspace; the first one is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerNumber(pub u32);

/// Crockford's alphabet: no I, L, O, U, so that an id read aloud is not mistaken.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 7;

impl CustomerNumber {
    /// `cus_` and eight characters: seven digits of the scrambled number and a check digit.
    pub fn public_id(self) -> String {
        let mut scrambled = u64::from(scramble(self.0));
        let mut digits = [0u8; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = (scrambled % 32) as u8;
            scrambled /= 32;
        }
        let mut text = String::from("cus_");
        for digit in digits {
            text.push(ALPHABET[usize::from(digit)] as char);
        }
        text.push(ALPHABET[usize::from(check_digit(&digits))] as char);
        text
    }

    /// The number behind a public id, or `None` where prefix, length, alphabet or check digit is wrong.
    pub fn from_public_id(text: &str) -> Option<Self> {
        let body = text.strip_prefix("cus_")?.as_bytes();
        if body.len() != DIGITS + 1 {
            return None;
        }
        let mut digits = [0u8; DIGITS];
        let mut value: u64 = 0;
        for (place, byte) in body.iter().enumerate() {
            let digit = ALPHABET.iter().position(|letter| letter == byte)? as u8;
            if place < DIGITS {
                digits[place] = digit;
                value = value * 32 + u64::from(digit);
            } else if digit != check_digit(&digits) {
                return None;
            }
        }
        let number = unscramble(u32::try_from(value).ok()?);
        (number > 0).then_some(Self(number))
    }
}

impl fmt::Display for CustomerNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.public_id())
    }
}

fn check_digit(digits: &[u8; DIGITS]) -> u8 {
    let sum: u32 = digits.iter().zip(1u32..).map(|(digit, weight)| u32::from(*digit) * (2 * weight + 1)).sum();
    (sum % 31) as u8
}

/// A fixed bijection of the 32-bit numbers (odd multiplications and xor-shifts), so that ids do not
/// tell how many customers came before. It is dress, not secrecy.
fn scramble(number: u32) -> u32 {
    let mut value = number.wrapping_mul(0x9E37_79B1);
    value ^= value >> 16;
    value = value.wrapping_mul(0x85EB_CA6B);
    value ^ (value >> 16)
}

fn unscramble(value: u32) -> u32 {
    let mut number = value ^ (value >> 16);
    number = number.wrapping_mul(inverse(0x85EB_CA6B));
    number ^= number >> 16;
    number.wrapping_mul(inverse(0x9E37_79B1))
}

/// The inverse of an odd number modulo 2^32, by Newton's iteration: each step doubles the right bits.
const fn inverse(odd: u32) -> u32 {
    let mut result = odd;
    let mut step = 0;
    while step < 5 {
        result = result.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(result)));
        step += 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_id_leads_back_to_its_number() {
        for number in [1, 2, 31, 32, 1_000, 23_570, 1_000_000, u32::MAX] {
            let id = CustomerNumber(number).public_id();
            assert_eq!(id.len(), 12);
            assert_eq!(CustomerNumber::from_public_id(&id), Some(CustomerNumber(number)), "{id}");
        }
    }

    #[test]
    fn a_mistyped_public_id_is_refused() {
        let id = CustomerNumber(4_711).public_id();
        let mut letters: Vec<char> = id.chars().collect();
        letters[6] = if letters[6] == '0' { '1' } else { '0' };
        let mistyped: String = letters.into_iter().collect();
        for wrong in [mistyped.as_str(), "cus_", "cus_!!!!!!!!", "imp_00000000", ""] {
            assert_eq!(CustomerNumber::from_public_id(wrong), None, "{wrong}");
        }
    }
}
