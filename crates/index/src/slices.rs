//! Numbers bit by bit: who is between two of them, a block of customers at a time.
//!
//! Each number is looked at from its highest bit on, of a whole block at once, and no further than until it is decided for all of
//! the block. That reads a fraction of what the numbers themselves take, and asks no customer by themselves.
//!
//! Invariants: of every number that was put the bits are those of the number raised by half of what the width can hold, so that
//! they are in the order of the numbers, those below zero among them; who has no number has no bits.

use roaring::RoaringBitmap;
use std::ops::RangeInclusive;

/// Of so many customers the same bit lies together.
const BLOCK: u32 = 256;
type Row = [u64; (BLOCK / 64) as usize];

#[derive(Clone, Debug, Default)]
pub(crate) struct Slices {
    /// Bits of a number.
    width: u32,
    /// Of each block: who has a number, then who has each bit, the highest first.
    rows: Vec<Row>,
}

impl Slices {
    pub fn put(&mut self, customer: u32, number: Option<i64>) {
        let needed = number.map_or(0, |number| 65 - (number ^ (number >> 63)).leading_zeros());
        if needed > self.width {
            self.widen(needed);
        }
        let (block, word, bit) = (customer / BLOCK, (customer % BLOCK / 64) as usize, 1u64 << (customer % 64));
        let from = block as usize * self.height();
        if self.rows.len() < from + self.height() {
            if number.is_none() {
                return;
            }
            self.rows.resize(from + self.height(), Row::default());
        }
        let bits = number.map_or(0, |number| raised(number, self.width));
        let width = self.width;
        let has = |row: usize| if row == 0 { number.is_some() } else { bits >> (width as usize - row) & 1 == 1 };
        let height = self.height();
        for (place, row) in self.rows[from..from + height].iter_mut().enumerate() {
            if has(place) {
                row[word] |= bit;
            } else {
                row[word] &= !bit;
            }
        }
    }

    pub fn between(&self, range: &RangeInclusive<i64>) -> RoaringBitmap {
        if self.width == 0 {
            return RoaringBitmap::new();
        }
        let most = i64::MAX >> (64 - self.width);
        let (first, last) = ((*range.start()).max(-most - 1), (*range.end()).min(most));
        if first > last {
            return RoaringBitmap::new();
        }
        let (first, last) = (raised(first, self.width), raised(last, self.width));
        // All or no bits, as the bound has this one.
        let filled = |bits: u64, bit: u32| 0u64.wrapping_sub(bits >> bit & 1);
        let bounds: Vec<(u64, u64)> =
            (0..self.width).rev().map(|bit| (filled(first, bit), filled(last, bit))).collect();
        let mut bytes = Vec::with_capacity(self.rows.len() / self.height() * size_of::<Row>());
        for block in self.rows.chunks_exact(self.height()) {
            bytes.extend(inside(block, &bounds).into_iter().flat_map(u64::to_le_bytes));
        }
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    fn height(&self) -> usize {
        self.width as usize + 1
    }

    fn widen(&mut self, width: u32) {
        let (height, added) = (self.height(), (width - self.width) as usize);
        self.width = width;
        if self.rows.is_empty() {
            return;
        }
        let mut rows = Vec::with_capacity(self.rows.len() / height * self.height());
        for block in self.rows.chunks_exact(height) {
            let (all, highest) = (block[0], block[1]);
            // What is not below zero has the highest bit only, what is below zero all of the new ones but that.
            let below_zero = std::array::from_fn(|word| all[word] & !highest[word]);
            rows.extend([all, highest]);
            rows.extend(std::iter::repeat_n(below_zero, added));
            rows.extend(&block[2..]);
        }
        self.rows = rows;
    }
}

/// In the order of the numbers, without a sign.
fn raised(number: i64, width: u32) -> u64 {
    (number as u64).wrapping_add(1 << (width - 1)) & (u64::MAX >> (64 - width))
}

/// Who of a block is between the bounds, both of them included.
fn inside(block: &[Row], bounds: &[(u64, u64)]) -> Row {
    let (mut above, mut below) = (Row::default(), Row::default());
    // Who is the same as the bound as far as was looked at.
    let (mut first, mut last) = (block[0], block[0]);
    for (row, (from, to)) in block[1..].iter().zip(bounds) {
        let mut is_open = 0;
        for word in 0..row.len() {
            above[word] |= first[word] & row[word] & !from;
            first[word] &= !(row[word] ^ from);
            below[word] |= last[word] & !row[word] & to;
            last[word] &= !(row[word] ^ to);
            is_open |= first[word] | last[word];
        }
        if is_open == 0 {
            break;
        }
    }
    std::array::from_fn(|word| (above[word] | first[word]) & (below[word] | last[word]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Small ones, which are often on a bound, and any.
    fn numbers() -> impl Strategy<Value = i64> {
        prop_oneof![-5..5i64, -1_000..1_000i64, any::<i64>()]
    }

    proptest! {
        #[test]
        fn who_is_between_is_who_has_a_number_between(
            puts in prop::collection::vec((0..2_000u32, prop::option::weighted(0.8, numbers())), 0..200),
            ranges in prop::collection::vec((numbers(), numbers()), 1..5),
        ) {
            let (mut slices, mut known) = (Slices::default(), BTreeMap::new());
            for (customer, number) in puts {
                slices.put(customer, number);
                match number {
                    Some(number) => known.insert(customer, number),
                    None => known.remove(&customer),
                };
            }
            for (from, to) in ranges {
                let wanted: Vec<u32> = known.iter().filter(|(_, number)| (from..=to).contains(*number)).map(|(one, _)| *one).collect();
                prop_assert_eq!(slices.between(&(from..=to)).iter().collect::<Vec<_>>(), wanted);
            }
        }
    }
}
