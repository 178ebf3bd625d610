//! The bytes of typed rows between reading and assembling.
//!
//! Format: a version byte, then fields as LEB128 numbers (signed ones in zigzag) and length-prefixed
//! UTF-8. Rows follow one another without separators.
//! Invariants: `decode(encode(row)) == row`; damaged bytes are an error, never a panic or a huge allocation.
//! Callers may rely on: a spool lives only as long as its import, so that versions need not mix.

use crate::fact::Trait;
use crate::identity::{Identifier, IdentifierType};

pub const SPOOL_VERSION: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpoolError {
    #[error("the spool ends within a row")]
    Truncated,
    #[error("the spool was written by another version")]
    WrongVersion,
    #[error("the spool holds a value that no row has")]
    Damaged,
}

impl SpoolError {
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated => "spool_truncated",
            Self::WrongVersion => "spool_wrong_version",
            Self::Damaged => "spool_damaged",
        }
    }
}

pub(super) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_number(out, ((value << 1) ^ (value >> 63)) as u64);
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn take_byte(bytes: &mut &[u8]) -> Result<u8, SpoolError> {
    let (first, rest) = bytes.split_first().ok_or(SpoolError::Truncated)?;
    *bytes = rest;
    Ok(*first)
}

pub(super) fn take_number(bytes: &mut &[u8]) -> Result<u64, SpoolError> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(bytes)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(SpoolError::Damaged)
}

pub(super) fn take_signed(bytes: &mut &[u8]) -> Result<i64, SpoolError> {
    let value = take_number(bytes)?;
    Ok((value >> 1) as i64 ^ -((value & 1) as i64))
}

pub(super) fn take_text(bytes: &mut &[u8]) -> Result<String, SpoolError> {
    let length = usize::try_from(take_number(bytes)?).map_err(|_| SpoolError::Damaged)?;
    let (text, rest) = bytes.split_at_checked(length).ok_or(SpoolError::Truncated)?;
    *bytes = rest;
    std::str::from_utf8(text).map(str::to_owned).map_err(|_| SpoolError::Damaged)
}

pub(super) fn put_identifiers(out: &mut Vec<u8>, identifiers: &[Identifier]) {
    put_number(out, identifiers.len() as u64);
    for identifier in identifiers {
        out.push(identifier.kind as u8);
        put_text(out, &identifier.value);
    }
}

pub(super) fn take_identifiers(bytes: &mut &[u8]) -> Result<Vec<Identifier>, SpoolError> {
    let count = take_number(bytes)?;
    let mut identifiers = Vec::with_capacity(count.min(8) as usize);
    for _ in 0..count {
        let place = usize::from(take_byte(bytes)?);
        let kind = *IdentifierType::ALL.get(place).ok_or(SpoolError::Damaged)?;
        identifiers.push(Identifier { kind, value: take_text(bytes)? });
    }
    Ok(identifiers)
}

pub(super) fn put_traits(out: &mut Vec<u8>, traits: &[Trait]) {
    put_number(out, traits.len() as u64);
    for item in traits {
        put_text(out, &item.name);
        put_text(out, &item.value);
    }
}

pub(super) fn take_traits(bytes: &mut &[u8]) -> Result<Vec<Trait>, SpoolError> {
    let count = take_number(bytes)?;
    let mut traits = Vec::with_capacity(count.min(8) as usize);
    for _ in 0..count {
        traits.push(Trait { name: take_text(bytes)?, value: take_text(bytes)? });
    }
    Ok(traits)
}

/// 64 bits of FNV-1a, mixed so that the lowest bits can choose a partition.
#[derive(Clone, Copy, Debug)]
pub struct Hash64(u64);

impl Default for Hash64 {
    fn default() -> Self {
        Self::new()
    }
}

impl Hash64 {
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    #[expect(clippy::should_implement_trait, reason = "bytes are added to a hash, not two hashes to each other")]
    pub fn add(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        // A mark between parts that no UTF-8 text contains.
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3);
        self
    }

    pub fn finish(self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 33)
    }
}

/// Where a row belongs: rows that can be of one fact have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartitionKey(pub u64);

/// Long identifiers that differ in their last two digits share a partition: its hundred neighbours go into the same pages
/// of the identifiers' tree, where single ones would each touch another. Of short ones there are few.
const NEIGHBOUR_BYTES: usize = 2;
const LONG_BYTES: usize = 6;

impl PartitionKey {
    pub fn partition(self, partitions: usize) -> usize {
        (self.0 % partitions.max(1) as u64) as usize
    }

    pub(super) fn of_identifier(identifier: &Identifier) -> Self {
        let value = identifier.value.as_bytes();
        let left_off = if value.len() < LONG_BYTES { 0 } else { NEIGHBOUR_BYTES };
        let neighbours = &value[..value.len() - left_off];
        Self(Hash64::new().add(&[identifier.kind as u8]).add(neighbours).finish())
    }
}
