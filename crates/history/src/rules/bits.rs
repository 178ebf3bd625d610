//! Sets of dense numbers.

#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn insert(&mut self, number: u32) {
        let place = (number / u64::BITS) as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        self.0[place] |= 1 << (number % u64::BITS);
    }

    pub fn contains(&self, number: u32) -> bool {
        self.0.get((number / u64::BITS) as usize).is_some_and(|word| word >> (number % u64::BITS) & 1 == 1)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let of_word = |(place, word): (u32, &u64)| {
            let word = *word;
            (0..u64::BITS).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place * u64::BITS + bit)
        };
        (0..).zip(&self.0).flat_map(of_word)
    }

    /// Those that leave this remainder of so many, ascending.
    pub fn of_bucket(&self, bucket: u32, buckets: u32) -> impl Iterator<Item = u32> {
        let end = u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_mul(u64::BITS);
        (bucket..end).step_by(buckets as usize).filter(|number| self.contains(*number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_into_it() {
        let mut bits = Bits::default();
        assert!(bits.is_empty() && !bits.contains(7));
        for number in [0, 63, 64, 65, 129, 1_000] {
            bits.insert(number);
        }
        assert!(bits.contains(129) && !bits.contains(128) && !bits.contains(5_000) && !bits.is_empty());
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 65, 129, 1_000]);
        assert_eq!(bits.of_bucket(1, 64).collect::<Vec<_>>(), [65, 129]);
        assert_eq!(bits.of_bucket(0, 64).collect::<Vec<_>>(), [0, 64]);
    }
}
