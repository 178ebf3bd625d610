//! Unique codes by the million: the serial numbers of a brand in a dress that nobody can guess.
//!
//! A brand counts its codes, over all campaigns: serial 0, 1, 2, …. A code is its serial, permuted among all numbers of
//! 55 bits by a key that only the brand has, written with eleven characters, and a check character behind them.
//!
//! Invariants: two serials never have the same code, as a permutation has no two; of a code the serial is computed, so that
//! one that was never issued is turned away without asking a store; of what can be written at most one in
//! [`GUESSES_PER_HIT_MIN`] is issued; the check character finds every single wrong character and every two that changed
//! places, without exception.
//!
//! The permutation is an alternating Feistel network of ten rounds, as in the format-preserving FF1, whose round function
//! is SHA-256 of the key, the round and the other half. The check character is the one that makes the code, read as a
//! polynomial over the field of 32 elements, zero at a generator of that field: a wrong character changes that by a multiple
//! of a power of the generator, a swap by a multiple of the difference of two, and neither is ever zero.

use crate::code::{ALPHABET, is_gap, value_of};
use sha2::{Digest, Sha256};
use std::fmt;

/// With the check character.
pub const CODE_CHARACTERS: usize = 12;
const BODY_CHARACTERS: usize = CODE_CHARACTERS - 1;
const BITS_PER_CHARACTER: u32 = 5;
const VALUE_BITS: u32 = BODY_CHARACTERS as u32 * BITS_PER_CHARACTER;
const RIGHT_BITS: u32 = VALUE_BITS / 2 + 1;
const LEFT_BITS: u32 = VALUE_BITS - RIGHT_BITS;
const ROUNDS: u8 = 10;
/// How many guesses an issued code costs, by expectation, who knows how codes are written.
pub const GUESSES_PER_HIT_MIN: u64 = 1_000_000;
/// Codes that a key may be used for.
pub const SERIALS_MAX: u64 = (1 << VALUE_BITS) / GUESSES_PER_HIT_MIN;
/// Of what somebody typed; more is no code.
const TYPED_CHARACTERS_MAX: usize = 40;
const CHARACTERS_PER_GROUP: usize = 4;

/// The key of a brand. Whoever has it can make codes: it is kept like a password.
#[derive(Clone)]
pub struct CodeKey([u8; 32]);

impl fmt::Debug for CodeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeKey(…)")
    }
}

/// A code that is written rightly; whether it was issued is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode(u64);

/// Why something is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a code has 12 characters, this has {characters}")]
    Length { characters: usize },
    #[error("character {place} of the code is {character:?}: allowed are 0 to 9 and A to Z without I, L, O and U")]
    Character { place: usize, character: char },
    #[error("the code is mistyped: its last character does not fit the others")]
    Check,
}

impl CodeKey {
    /// From 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The code of a serial; `None` beyond [`SERIALS_MAX`].
    pub fn code(&self, serial: u64) -> Option<CouponCode> {
        if serial >= SERIALS_MAX {
            return None;
        }
        let (mut left, mut right) = halves(serial);
        for round in 0..ROUNDS {
            self.turn(round, &mut left, &mut right);
        }
        Some(CouponCode(joined(left, right)))
    }

    /// The serial of a code. Only where it is below the number of codes that were issued, this is one of them.
    pub fn serial(&self, code: CouponCode) -> u64 {
        let (mut left, mut right) = halves(code.0);
        for round in (0..ROUNDS).rev() {
            self.turn(round, &mut left, &mut right);
        }
        joined(left, right)
    }

    /// A round is its own inverse.
    fn turn(&self, round: u8, left: &mut u32, right: &mut u32) {
        if round.is_multiple_of(2) {
            *left ^= self.mixed(round, *right) & mask(LEFT_BITS);
        } else {
            *right ^= self.mixed(round, *left) & mask(RIGHT_BITS);
        }
    }

    fn mixed(&self, round: u8, half: u32) -> u32 {
        let mut block = [0; 37];
        block[..32].copy_from_slice(&self.0);
        block[32] = round;
        block[33..].copy_from_slice(&half.to_be_bytes());
        let sum = Sha256::digest(block);
        u32::from_be_bytes([sum[0], sum[1], sum[2], sum[3]])
    }
}

fn mask(bits: u32) -> u32 {
    (1 << bits) - 1
}

fn halves(value: u64) -> (u32, u32) {
    ((value >> RIGHT_BITS) as u32, value as u32 & mask(RIGHT_BITS))
}

fn joined(left: u32, right: u32) -> u64 {
    (u64::from(left) << RIGHT_BITS) | u64::from(right)
}

impl CouponCode {
    /// From what somebody typed: small letters, blanks and dashes do not matter, I and L are 1, O is 0.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let characters = typed.chars().filter(|one| !is_gap(*one)).count();
        if characters != CODE_CHARACTERS || typed.len() > TYPED_CHARACTERS_MAX {
            return Err(CodeError::Length { characters });
        }
        let mut digits = [0; CODE_CHARACTERS];
        for (place, character) in typed.chars().filter(|one| !is_gap(*one)).enumerate() {
            digits[place] = value_of(character).ok_or(CodeError::Character { place: place + 1, character })?;
        }
        let [body @ .., check] = digits;
        if check_digit(&body) != check {
            return Err(CodeError::Check);
        }
        Ok(Self(body.iter().fold(0, |value, digit| (value << BITS_PER_CHARACTER) | u64::from(*digit))))
    }

    /// As it is stored: twelve characters.
    pub fn plain(self) -> String {
        let mut body = [0; BODY_CHARACTERS];
        let mut value = self.0;
        for digit in body.iter_mut().rev() {
            *digit = (value & 31) as u8;
            value >>= BITS_PER_CHARACTER;
        }
        let digits = body.iter().copied().chain([check_digit(&body)]);
        digits.map(|digit| char::from(ALPHABET[usize::from(digit)])).collect()
    }

    /// As people read it: `7K3M-9XQ2-TB0A`.
    pub fn shown(self) -> String {
        let plain = self.plain();
        let groups: Vec<&str> = (0..CODE_CHARACTERS)
            .step_by(CHARACTERS_PER_GROUP)
            .map(|at| &plain[at..at + CHARACTERS_PER_GROUP])
            .collect();
        groups.join("-")
    }
}

/// What makes the polynomial zero at the generator.
fn check_digit(body: &[u8; BODY_CHARACTERS]) -> u8 {
    times_generator(body.iter().fold(0, |sum, digit| times_generator(sum) ^ digit))
}

/// In the field of 32 elements, modulo x⁵ + x² + 1, of which x is a generator.
fn times_generator(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}
