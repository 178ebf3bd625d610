//! Behind which partition a row stands that knows its customer by a phone or the like.
//!
//! Such a row finds its customer once a row that has the shop's own number beside the phone has been applied. Right behind
//! that row's partition the store has the customer at hand; behind all partitions it would look for each once more.
//! Invariants: rows of one strongest identifier have one place, so that no fact is parted; whoever else they name is known
//! by then too. Where that cannot be told, the place is behind all partitions. Identifiers are told by 64-bit hashes.

use std::collections::HashMap;

/// More are not held in memory (about 70 MiB): what comes then is not known here.
const KNOWN_MAX: usize = 3_600_000;

/// In which partition an identifier stands beside the shop's own number.
#[derive(Default)]
pub struct Known {
    partitions: HashMap<u64, u16>,
    has_forgotten: bool,
    last: Vec<u64>,
}

impl Known {
    pub fn is_empty(&self) -> bool {
        self.partitions.is_empty()
    }

    pub fn learn(&mut self, named: &[u64], partition: u16) {
        // Files often bring the rows of a customer one behind the other.
        if self.last == named {
            return;
        }
        named.clone_into(&mut self.last);
        for identifier in named {
            if self.partitions.len() < KNOWN_MAX {
                self.partitions.entry(*identifier).or_insert(partition);
            } else if !self.partitions.contains_key(identifier) {
                self.has_forgotten = true;
            }
        }
    }

    /// The place of a row by itself: the last partition that tells of somebody whom it names.
    fn place(&self, named: &[u64]) -> Option<u16> {
        let (strongest, others) = named.split_first()?;
        let mut place = *self.partitions.get(strongest)?;
        for other in others {
            match self.partitions.get(other) {
                Some(partition) => place = place.max(*partition),
                // Nobody else's, unless it was forgotten.
                None if self.has_forgotten => return None,
                None => {}
            }
        }
        Some(place)
    }
}

/// The places of rows that know their customer so, by strongest identifier; `None` is behind all partitions, as is who
/// is not here. No more of them than [`Known`] holds.
pub struct Places<'k> {
    known: &'k Known,
    of: HashMap<u64, Option<u16>>,
}

impl<'k> Places<'k> {
    pub fn new(known: &'k Known) -> Self {
        Self { known, of: HashMap::new() }
    }

    pub fn add(&mut self, named: &[u64]) {
        // Of all others nothing is held: they are as many as the file has.
        let Some(strongest) = named.first().filter(|one| self.known.partitions.contains_key(one)) else { return };
        let place = self.known.place(named);
        self.of
            .entry(*strongest)
            .and_modify(|one| *one = one.zip(place).map(|(one, other)| one.max(other)))
            .or_insert(place);
    }

    /// After all rows were added.
    pub fn of(&self, named: &[u64]) -> Option<u16> {
        *self.of.get(named.first()?)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(known: &Known, rows: &[&[u64]]) -> Vec<Option<u16>> {
        let mut places = Places::new(known);
        rows.iter().for_each(|named| places.add(named));
        rows.iter().map(|named| places.of(named)).collect()
    }

    #[test]
    fn a_row_stands_behind_the_last_partition_that_tells_of_whom_it_names() {
        let mut known = Known::default();
        known.learn(&[1, 11], 3);
        known.learn(&[2, 12], 5);
        known.learn(&[1], 7);
        assert_eq!(
            places(&known, &[&[1], &[2, 19], &[3], &[3, 11], &[]]),
            [Some(3), Some(5), None, None, None],
            "the first to tell counts; somebody new is behind all"
        );
        assert_eq!(
            places(&known, &[&[1], &[1, 12], &[1, 19]]),
            [Some(5), Some(5), Some(5)],
            "rows of one identifier stay together"
        );
        known.has_forgotten = true;
        assert_eq!(places(&known, &[&[1], &[1, 19], &[2]]), [None, None, Some(5)], "19 may be somebody else's");
    }
}
