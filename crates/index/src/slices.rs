//! Numbers bit by bit: who is between two of them, a block of customers at a time.
//!
//! Numbers are compared with a bound from their lowest bit on, those of a whole block at once: one simple operation a bit for a
//! thousand customers. That reads a fraction of what the numbers themselves take, and asks no customer by themselves.
//!
//! Invariants: of every number that was put the bits are those of how many units it is, raised by half of what the width can hold,
//! so that they are in the order of the numbers, those below zero among them; who has no number has no bits.

use crate::snapshot::{Code, invalid, put_plain, take_plain};
use roaring::RoaringBitmap;
use std::io::{Read, Result, Write};
use std::ops::RangeInclusive;

/// Of so many customers the same bit lies together.
const BLOCK: u32 = 1_024;
pub(crate) const WORDS: usize = (BLOCK / 64) as usize;
/// Customers of a block, a bit each.
pub(crate) type Row = [u64; WORDS];

/// Customers, a bit each and whole blocks of them, in the bytes that a set is made of at once.
pub(crate) struct Bits(Vec<u8>);

impl Bits {
    /// Every number up to this one, and those behind it in its block.
    pub fn all_until(last: u32) -> Self {
        Self(vec![u8::MAX; (last / BLOCK + 1) as usize * size_of::<Row>()])
    }

    pub fn contains(&self, customer: u32) -> bool {
        self.0.get((customer / 8) as usize).is_some_and(|byte| byte >> (customer % 8) & 1 == 1)
    }

    /// One who was contained.
    pub fn insert(&mut self, customer: u32) {
        self.0[(customer / 8) as usize] |= 1 << (customer % 8);
    }

    pub fn set(&self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }
}

/// The bits of the first number that is not below a range, and of the first one beyond it where there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    first: u64,
    beyond: Option<u64>,
}

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

    /// Takes away who has no number in the range.
    pub fn narrow(&self, left: &mut Bits, range: &RangeInclusive<i64>) {
        let Some(bounds) = self.bounds(range) else { return left.0.fill(0) };
        for (block, some) in left.0.chunks_exact_mut(size_of::<Row>()).enumerate() {
            let words = some.as_chunks_mut().0;
            let mut row = Row::default();
            row.iter_mut().zip(&*words).for_each(|(word, bytes)| *word = u64::from_le_bytes(*bytes));
            self.narrow_block(block, &mut row, bounds);
            words.iter_mut().zip(row).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
        }
    }

    /// Takes away who of a block is not between the bounds.
    pub fn narrow_block(&self, block: usize, left: &mut Row, bounds: Bounds) {
        if left.iter().all(|word| *word == 0) {
            return;
        }
        let Some([all, rows @ ..]) = self.rows.get(block * self.height()..(block + 1) * self.height()) else {
            return left.fill(0);
        };
        // Who has no number has no bits either.
        let reaching_first = if bounds.first == 0 { *all } else { reaching(rows, bounds.first) };
        left.iter_mut().zip(&reaching_first).for_each(|(left, found)| *left &= found);
        if let Some(beyond) = bounds.beyond {
            left.iter_mut().zip(&reaching(rows, beyond)).for_each(|(left, found)| *left &= !found);
        }
    }

    /// `None` where no number is in the range.
    pub fn bounds(&self, range: &RangeInclusive<i64>) -> Option<Bounds> {
        if self.width == 0 {
            return None;
        }
        let most = i64::MAX >> (64 - self.width);
        let is_part = range.start().rem_euclid(self.unit) != 0;
        let first = range.start().div_euclid(self.unit) + i64::from(is_part);
        let last = range.end().div_euclid(self.unit);
        let (first, last) = (first.max(-most - 1), last.min(most));
        let beyond = (last < most).then(|| raised(last + 1, self.width));
        (first <= last).then(|| Bounds { first: raised(first, self.width), beyond })
    }

    pub fn blocks(&self) -> usize {
        self.rows.len() / self.height()
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

/// Whose number is not below the bound. Of each bit there is a row, the lowest first. One bound at a time: what is found of all
/// words stays in registers then.
#[inline]
fn reaching(rows: &[Row], bound: u64) -> Row {
    let mut found = [u64::MAX; WORDS];
    // Below its lowest bit the bound asks for nothing.
    for (bit, row) in rows.iter().enumerate().skip(bound.trailing_zeros() as usize) {
        if bound >> bit & 1 == 1 {
            found.iter_mut().zip(row).for_each(|(found, word)| *found &= word);
        } else {
            found.iter_mut().zip(row).for_each(|(found, word)| *found |= word);
        }
    }
    found
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
                let mut left = Bits::all_until(4_999);
                slices.narrow(&mut left, &(from..=to));
                prop_assert_eq!(left.set().iter().collect::<Vec<_>>(), wanted.clone());
                // The same of a part of them.
                slices.narrow(&mut left, &(to..=to));
                let last = wanted.into_iter().filter(|customer| known[customer] == to).collect::<Vec<_>>();
                prop_assert_eq!(left.set().iter().collect::<Vec<_>>(), last);
            }
        }
    }
}
