//! Who is surely new: where an import began in a workspace that knew nobody, most identifiers have no owner, and looking
//! for each of them is a sixth of the work.
//!
//! A Bloom filter of all identifiers in the store, one line of the processor's cache for each. Invariant: what it has not
//! seen has no owner, as long as it was told of all blocks that were applied. Whoever else applies one moves the sequence
//! of applied blocks; then it is [given up](Newcomers::are_all_as_of), and owners are looked up again. Identifiers that
//! were removed meanwhile are looked up in vain.

use perennial_store::{ReadTx, StoreError, identity, sequences};
use std::hash::{DefaultHasher, Hash, Hasher};

const LINE_WORDS: usize = 8;
const LINE_BYTES: u64 = 64;
/// Bits of an identifier, all in one line.
const BITS: u32 = 6;
/// A row has three identifiers or so, and most rows name somebody whom another one named.
const BYTES_PER_ROW: u64 = 2;
/// Enough for twenty million identifiers: one in fifty is then looked up in vain.
const BYTES_MAX: u64 = 32 << 20;

pub struct Newcomers {
    lines: Vec<[u64; LINE_WORDS]>,
    /// Of the last block that it was told of.
    sequence: i64,
}

impl Newcomers {
    /// For an import of so many rows; `None` where somebody is known already.
    pub async fn of_nobody(tx: &mut ReadTx<'_>, rows: u64) -> Result<Option<Self>, StoreError> {
        let sequence = sequences::current(tx, sequences::APPLIED_SEQUENCE).await?;
        if identity::is_any(tx).await? {
            return Ok(None);
        }
        Ok(Some(Self::with_room_for(rows, sequence)))
    }

    fn with_room_for(rows: u64, sequence: i64) -> Self {
        let bytes = rows.saturating_mul(BYTES_PER_ROW).clamp(LINE_BYTES, BYTES_MAX);
        Self { lines: vec![[0; LINE_WORDS]; (bytes / LINE_BYTES) as usize], sequence }
    }

    /// Whether no block was applied that it was not told of.
    pub fn are_all_as_of(&self, sequence: i64) -> bool {
        self.sequence == sequence
    }

    /// All blocks up to this one are told, and committed: what a commit that failed gave nobody is looked up in vain.
    pub fn reach(&mut self, sequence: i64) {
        self.sequence = sequence;
    }

    pub fn learn(&mut self, kind: &str, value: &str) {
        let (line, bits) = self.place(kind, value);
        for (word, bit) in bits {
            self.lines[line][word] |= bit;
        }
    }

    /// False only where it has no owner.
    pub fn may_be_known(&self, kind: &str, value: &str) -> bool {
        let (line, mut bits) = self.place(kind, value);
        bits.all(|(word, bit)| self.lines[line][word] & bit != 0)
    }

    fn place(&self, kind: &str, value: &str) -> (usize, impl Iterator<Item = (usize, u64)> + use<>) {
        let mut hasher = DefaultHasher::new();
        (kind, value).hash(&mut hasher);
        let hash = hasher.finish();
        // The upper half tells the line, nine bits of the product each the place in it.
        let line = ((hash >> 32) * self.lines.len() as u64) >> 32;
        let places = (hash | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bits = (0..BITS).map(move |nth| {
            let place = (places >> (64 - 9 * (nth + 1))) & 511;
            ((place / 64) as usize, 1 << (place % 64))
        });
        (line as usize, bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_learnt_may_be_known_and_few_others() {
        let mut newcomers = Newcomers::with_room_for(100_000, 0);
        let name = |number: u32| format!("C{number:07}");
        for number in 0..100_000 {
            newcomers.learn("customer_id", &name(number));
        }
        let known = |kind: &str, from: u32| {
            (from..from + 100_000).filter(|number| newcomers.may_be_known(kind, &name(*number))).count()
        };
        assert_eq!(known("customer_id", 0), 100_000);
        for (kind, from) in [("customer_id", 100_000), ("member_no", 0)] {
            let in_vain = known(kind, from);
            assert!(in_vain < 1_000, "{kind}: {in_vain} of 100,000 were not learnt");
        }
    }

    #[test]
    fn the_smallest_has_room_for_somebody() {
        let mut newcomers = Newcomers::with_room_for(0, 7);
        assert!(!newcomers.may_be_known("phone", "+8613800000000"));
        newcomers.learn("phone", "+8613800000000");
        assert!(newcomers.may_be_known("phone", "+8613800000000"));
        assert!(newcomers.are_all_as_of(7) && !newcomers.are_all_as_of(8));
        newcomers.reach(8);
        assert!(newcomers.are_all_as_of(8));
    }
}
