//! Numbers bit by bit: who is between two of them, a block of customers at a time.
//!
//! Numbers are compared from their lowest bit on, those of a whole block at once: two simple operations a bit for a thousand
//! customers. That reads a fraction of what the numbers themselves take, and asks no customer by themselves.
//!
//! Invariants: of every number that was put the bits are those of how many units it is, raised by half of what the width can hold,
//! so that they are in the order of the numbers, those below zero among them; who has no number has no bits.

use crate::snapshot::{Code, invalid, put_plain, take_plain};
use roaring::RoaringBitmap;
use std::io::{Read, Result, Write};
use std::ops::RangeInclusive;

/// Of so many customers the same bit lies together.
const BLOCK: u32 = 1_024;
const WORDS: usize = (BLOCK / 64) as usize;
type Row = [u64; WORDS];

#[derive(Clone, Debug)]
pub(crate) struct Slices {
    /// All numbers are multiples of it: bits that all have in common are not kept.
    unit: i64,
    /// Bits of a number.
    width: u32,
    /// Of each block: who has a number, then who has each bit, the lowest first.
    rows: Vec<Row>,
}

impl Slices {
    /// For numbers that mostly are multiples of the unit.
    pub fn new(unit: i64) -> Self {
        Self { unit, width: 0, rows: Vec::new() }
    }

    pub fn put(&mut self, customer: u32, number: Option<i64>) {
        if number.is_some_and(|number| number % self.unit != 0) {
            self.refine();
        }
        let number = number.map(|number| number / self.unit);
        let needed = number.map_or(0, |number| 65 - (number ^ (number >> 63)).leading_zeros());
        if needed > self.width {
            self.widen(needed);
        }
        let (block, word, bit) = place(customer);
        let from = block * self.height();
        if self.rows.len() < from + self.height() {
            if number.is_none() {
                return;
            }
            self.rows.resize(from + self.height(), Row::default());
        }
        let bits = number.map_or(0, |number| raised(number, self.width));
        let has = |row: usize| if row == 0 { number.is_some() } else { bits >> (row - 1) & 1 == 1 };
        let height = self.height();
        for (place, row) in self.rows[from..from + height].iter_mut().enumerate() {
            if has(place) {
                row[word] |= 1 << bit;
            } else {
                row[word] &= !(1 << bit);
            }
        }
    }

    pub fn between(&self, range: &RangeInclusive<i64>) -> RoaringBitmap {
        if self.width == 0 {
            return RoaringBitmap::new();
        }
        let most = i64::MAX >> (64 - self.width);
        // How many units the first number is that is not below the range, and the last one that is not above it.
        let is_part = range.start().rem_euclid(self.unit) != 0;
        let first = range.start().div_euclid(self.unit) + i64::from(is_part);
        let last = range.end().div_euclid(self.unit);
        let (first, last) = (first.max(-most - 1), last.min(most));
        if first > last {
            return RoaringBitmap::new();
        }
        let (first, last) = (raised(first, self.width), raised(last, self.width));
        let has = |bits: u64, bit: u32| bits >> bit & 1 == 1;
        // The lowest bits say nothing where the first one has none and the last one has all of them.
        let skipped = first.trailing_zeros().min(last.trailing_ones()).min(self.width);
        let bounds: Vec<(bool, bool)> = (skipped..self.width).map(|bit| (has(first, bit), has(last, bit))).collect();
        let blocks = self.rows.chunks_exact(self.height());
        let mut bytes = vec![0u8; blocks.len() * size_of::<Row>()];
        for (place, block) in bytes.chunks_exact_mut(size_of::<Row>()).zip(blocks) {
            let found = inside(&block[0], &block[1 + skipped as usize..], &bounds);
            for (eight, word) in place.chunks_exact_mut(8).zip(&found) {
                eight.copy_from_slice(&word.to_le_bytes());
            }
        }
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    fn height(&self) -> usize {
        self.width as usize + 1
    }

    /// A number came that is no multiple of the unit.
    fn refine(&mut self) {
        let mut refined = Self::new(1);
        for customer in 0..u32::try_from(self.rows.len() / self.height()).unwrap_or(u32::MAX) * BLOCK {
            if let Some(number) = self.get(customer) {
                refined.put(customer, Some(number));
            }
        }
        *self = refined;
    }

    fn get(&self, customer: u32) -> Option<i64> {
        let (block, word, bit) = place(customer);
        let rows = &self.rows[block * self.height()..][..self.height()];
        let has = |row: &Row| row[word] >> bit & 1;
        let bits = rows[1..].iter().rev().fold(0, |bits, row| bits << 1 | has(row));
        (has(&rows[0]) == 1).then(|| lowered(bits, self.width) * self.unit)
    }

    fn widen(&mut self, width: u32) {
        let (height, added) = (self.height(), (width - self.width) as usize);
        self.width = width;
        if self.rows.is_empty() {
            return;
        }
        let mut rows = Vec::with_capacity(self.rows.len() / height * self.height());
        for block in self.rows.chunks_exact(height) {
            let [all, lower @ .., highest] = block else { continue };
            // What is not below zero has the highest bit only, what is below zero all of the new ones but that.
            let below_zero: Row = std::array::from_fn(|word| all[word] & !highest[word]);
            rows.push(*all);
            rows.extend(lower);
            rows.extend(std::iter::repeat_n(below_zero, added));
            rows.push(*highest);
        }
        self.rows = rows;
    }
}

impl Code for Slices {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.unit.write_to(out)?;
        self.width.write_to(out)?;
        put_plain(self.rows.as_flattened(), out)
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let (unit, width) = (i64::read_from(from)?, u32::read_from(from)?);
        let words: Vec<u64> = take_plain(from)?;
        let slices = Self { unit, width, rows: words.as_chunks().0.to_vec() };
        let is_whole = unit > 0 && width <= 64 && words.len().is_multiple_of(WORDS * slices.height());
        if is_whole { Ok(slices) } else { Err(invalid("numbers bit by bit")) }
    }
}

/// Block, word of a row, bit of a word.
fn place(customer: u32) -> (usize, usize, u32) {
    ((customer / BLOCK) as usize, (customer % BLOCK / 64) as usize, customer % 64)
}

/// In the order of the numbers, without a sign.
fn raised(number: i64, width: u32) -> u64 {
    (number as u64).wrapping_add(1 << (width - 1)) & (u64::MAX >> (64 - width))
}

fn lowered(bits: u64, width: u32) -> i64 {
    bits.wrapping_sub(1 << (width - 1)) as i64
}

/// Who of a block is between the bounds, both of them included; of each bit, whether the bounds have it.
fn inside(all: &Row, bits: &[Row], bounds: &[(bool, bool)]) -> Row {
    // Whose number is not below the first one, and whose is above the last one, as far as the lower bits say.
    let (mut reached, mut passed) = ([u64::MAX; WORDS], [0; WORDS]);
    for (row, (first, last)) in bits.iter().zip(bounds) {
        for (found, is_set) in [(&mut reached, first), (&mut passed, last)] {
            if *is_set {
                found.iter_mut().zip(row).for_each(|(found, word)| *found &= word);
            } else {
                found.iter_mut().zip(row).for_each(|(found, word)| *found |= word);
            }
        }
    }
    reached.iter_mut().zip(all.iter().zip(&passed)).for_each(|(found, (all, passed))| *found &= all & !passed);
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Small ones, which are often on a bound, and any; of some all are multiples of ten.
    fn numbers() -> impl Strategy<Value = i64> {
        prop_oneof![-5..5i64, -1_000..1_000i64, any::<i64>()]
    }

    proptest! {
        #[test]
        fn who_is_between_is_who_has_a_number_between(
            puts in prop::collection::vec((0..5_000u32, prop::option::weighted(0.8, numbers())), 0..200),
            ranges in prop::collection::vec((numbers(), numbers()), 1..5),
            are_whole in any::<bool>(),
        ) {
            let (mut slices, mut known) = (Slices::new(10), BTreeMap::new());
            for (customer, number) in puts {
                let number = number.map(|number| if are_whole { number / 10 * 10 } else { number });
                slices.put(customer, number);
                match number {
                    Some(number) => known.insert(customer, number),
                    None => known.remove(&customer),
                };
            }
            for (from, to) in ranges {
                let between = known.iter().filter(|(_, number)| (from..=to).contains(*number));
                let wanted: Vec<u32> = between.map(|(customer, _)| *customer).collect();
                prop_assert_eq!(slices.between(&(from..=to)).iter().collect::<Vec<_>>(), wanted);
            }
        }
    }
}
